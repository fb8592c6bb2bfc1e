// The district's sheet of daily reports and a village's report, as an officer reads them: in Chromium
// at a desk's and a phone's width, without scripts.
import assert from "node:assert/strict";
import { SITE, PASSWORD, setUp, runAll, village, hubCommand, add } from "./run.mjs";

const PHONE = { width: 390, height: 844 }, DESK = { width: 1280, height: 800 };
const today = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10); // by China's clock

async function page(shared, size) {
  const context = await shared.browser.newContext({ viewport: size, locale: "zh-CN", javaScriptEnabled: false });
  const made = await context.newPage();
  made.setDefaultTimeout(10000);
  const shot = process.env.JIUJIN_SHOTS;
  made.keep = async (name) => shot && made.screenshot({ path: `${shot}/${name}.png`, fullPage: true });
  await made.goto(`${shared.url}/login?lang=zh_CN`);
  await made.fill("input[name=name]", "officer");
  await made.fill("input[name=password]", PASSWORD);
  await made.click("form.login button");
  return made;
}

// The page itself does not scroll sideways; a wide table does within its own frame.
async function fits(made) {
  const [scroll, client] = await made.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(scroll <= client, `the page is ${scroll} wide on ${client}`);
}

function work() {
  add("visit", { facts: {} });
  add("ledger:L04", { row: { item: "mask", unit: "box", direction: "in", quantity: 20, keeper: "admin" } });
}

async function the_sheet_says_who_has_not_reported(shared) {
  hubCommand("site", "add", "310118101202", "邻村");
  work();
  village("sync", "--once");
  const made = await page(shared, DESK);
  await made.goto(`${shared.url}/reports?date=${today}`);
  assert.match(await made.textContent("main"), /已报 0 个，共 1 个/);
  assert.equal(await made.locator("script:not([src])").count(), 0);
}

async function a_report_that_was_signed_agrees_and_leads_to_its_entries(shared) {
  village("report", today, "--sign");
  village("sync", "--once");
  const made = await page(shared, DESK);
  await made.goto(`${shared.url}/reports?date=${today}`);
  assert.match(await made.textContent("tbody tr"), /相符/);
  await made.keep("report-1-sheet");
  await made.click("text=测试村");
  assert.match(await made.textContent("main"), /与本中心收到的记录相符/);
  await made.keep("report-2-village");
  assert.ok((await made.locator("h2:has-text('当天的记录') ~ .wide tbody tr").count()) >= 2);
}

async function later_entries_ask_for_a_revision(shared) {
  work();
  village("sync", "--once");
  const made = await page(shared, DESK);
  await made.goto(`${shared.url}/reports?date=${today}`);
  assert.match(await made.textContent("tbody tr"), /待报新的一版/);
  await made.click("text=测试村");
  assert.match(await made.textContent("main"), /签字后的记录 [1-9]/);
}

async function on_a_phone_the_sheet_is_cards_and_nothing_reaches_over_the_edge(shared) {
  const made = await page(shared, PHONE);
  await made.goto(`${shared.url}/reports?date=${today}`);
  await made.keep("report-3-phone");
  await fits(made);
  await made.click("text=测试村");
  await made.keep("report-4-phone-village");
  await fits(made);
}

async function the_sheet_is_taken_with_a_token_alone(shared) {
  const url = `${shared.url}/api/v1/reports?date=${today}`;
  assert.equal((await fetch(url)).status, 401);
  const answer = await fetch(url, { headers: { Authorization: `Bearer ${shared.token}` } });
  assert.equal(answer.status, 200);
  const sheet = await answer.json();
  assert.equal(sheet.reports[0].site, SITE);
  assert.equal(sheet.reports[0].revision, 1);
}

const shared = await setUp();
await runAll([
  the_sheet_says_who_has_not_reported,
  a_report_that_was_signed_agrees_and_leads_to_its_entries,
  later_entries_ask_for_a_revision,
  on_a_phone_the_sheet_is_cards_and_nothing_reaches_over_the_edge,
  the_sheet_is_taken_with_a_token_alone,
], shared);
