// An officer's morning in Chromium: the day, an incident that appears by itself, a case, a policy; at a
// desk and on a phone, with and without scripts; and axe-core over every page.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { SITE, PASSWORD, setUp, runAll, village, hubCommand, add, show } from "./run.mjs";

const PHONE = { width: 360, height: 740 }, DESK = { width: 1280, height: 800 };
const require = createRequire(join(resolve(process.env.JIUJIN_BUILD ?? "build"), "browser", "x.js"));
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

async function page(shared, size, lang = "zh_CN", more = {}, name = "officer") {
  const context = await shared.browser.newContext({ viewport: size, locale: lang === "en" ? "en-US" : "zh-CN", ...more });
  const made = await context.newPage();
  made.setDefaultTimeout(10000);
  made.troubles = [];
  made.on("pageerror", (e) => made.troubles.push(e.message));
  made.on("console", (m) => m.type() === "error" && made.troubles.push(m.text()));
  const shot = process.env.JIUJIN_SHOTS;
  made.keep = async (name) => shot && made.screenshot({ path: `${shot}/day-${name}.png`, fullPage: true });
  await made.goto(`${shared.url}/login?lang=${lang}`);
  await made.fill("input[name=name]", name);
  await made.fill("input[name=password]", PASSWORD);
  await made.click("form.login button");
  await made.waitForSelector("#live");
  return made;
}

async function fits(made) {
  const [scroll, client] = await made.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(scroll <= client, `${made.url()} is ${scroll} wide on ${client}`);
}

// The content security policy lets no script in but the hub's own: axe goes in past it, by the debugger.
async function faultless(made) {
  await made.evaluate(axe);
  const { violations } = await made.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const grave = violations.filter((v) => ["serious", "critical"].includes(v.impact));
  assert.deepEqual(grave.map((v) => `${made.url()} ${v.id}: ${v.nodes[0].html} ${v.nodes[0].failureSummary}`), []);
}

const PERSON = { name: "测试甲", id_no: "999101194503150025", phone: "12000000001", address: null };

async function an_incident_appears_on_the_day_without_a_reload(shared) {
  const made = await page(shared, DESK);
  await made.waitForSelector("#live[data-state=on]");
  assert.match(await made.textContent("main"), /没有未结的异常/);
  await made.evaluate(() => { window.stayed = true; });
  add("incident", { cause: "other", note: "x" });
  village("sync", "--once");
  await made.waitForSelector("main td b.warn"); // with its clock
  assert.match(await made.textContent("main section"), /分(钟)?内/);
  assert.equal(await made.evaluate(() => window.stayed), true);
  assert.deepEqual(made.troubles, []);
  await made.keep("1-day");
  await made.context().close();
}

async function what_is_typed_stays_when_something_changes(shared) {
  const made = await page(shared, DESK);
  add("case", { person: PERSON, item: show("items")[0].code, channel: "proxy", skipped: [], papers: [] });
  village("sync", "--once");
  await made.goto(`${shared.url}/cases`);
  await made.click("main tbody a");
  await made.waitForSelector("#live[data-state=on]");
  await made.fill("textarea[name=text]", "缺户口簿");
  const path = new URL(made.url()).pathname.split("/").pop();
  hubCommand("user", "add", "other", "--role", "officer");
  const other = await page(shared, DESK);
  await other.goto(made.url());
  await other.fill("textarea[name=text]", "请稍候");
  await other.click("button[value=say]");
  await made.waitForFunction(() => document.querySelector("main").textContent.includes("请稍候"));
  assert.equal(await made.inputValue("textarea[name=text]"), "缺户口簿");
  await made.click("button[value=supplement]");
  assert.match(await made.textContent("main"), /待补/);
  assert.equal(show("cases").find((c) => c.id === path).state, "taken_in"); // not yet there
  village("sync", "--once");
  assert.equal(show("cases").find((c) => c.id === path).state, "supplement");
  await made.keep("2-case");
  await made.context().close();
  await other.context().close();
}

// The answer's own words: its message, and the preview.
async function send(made, what) {
  await made.click(`button[value=${what}]`);
  return (await made.locator("main > p[role], main > section").allTextContents()).join(" ");
}

async function a_policy_is_edited_checked_tried_and_sent(shared, made) {
  add("visit", { facts: {}, at: new Date(Date.now() - 24 * 3600e3).toISOString() });
  village("sync", "--once");
  await made.goto(`${shared.url}/policy`);
  await made.click("text=ordinary@1");
  await made.click("text=修改为新版本");
  const text = await made.inputValue("textarea[name=text]");
  const pack = JSON.parse(text);
  assert.equal(pack.version, 2);
  await made.fill("textarea[name=text]", text.replace('"rules":', '"rulez":'));
  assert.match(await send(made, "check"), /line \d+, column \d+: rulez/);
  assert.match(await made.inputValue("textarea[name=text]"), /"rulez"/); // what was typed comes back
  await made.keep("3-refused");
  pack.rules.push({ id: "closed", when: "1", who: "visitor", outcome: "deny", text: { zh: "今日不办", en: "closed" }, basis: "x", actions: [] });
  await made.fill("textarea[name=text]", JSON.stringify(pack, null, 1));
  assert.match(await send(made, "check"), /检查无误/);
  assert.match(await send(made, "preview"), /劝返/);
  assert.equal(await made.locator("dd b").textContent(), "1");
  await made.keep("4-preview");
  assert.doesNotMatch(await made.textContent("section"), /测试甲/);
  assert.match(await send(made, "push"), /已下发到全部站点/);
  village("sync", "--once");
  assert.equal(show("policy")[0].policy, "ordinary@2");
}

async function with_scripts_a_policy_goes_out(shared) {
  const made = await page(shared, DESK);
  await a_policy_is_edited_checked_tried_and_sent(shared, made);
  assert.deepEqual(made.troubles.filter((t) => !/422/.test(t)), []); // a refusal is one, to the browser
  await made.context().close();
}

async function the_former_version_is_sent_again_without_scripts(shared) {
  const made = await page(shared, PHONE, "zh_CN", { javaScriptEnabled: false });
  await made.goto(`${shared.url}/policy`);
  await fits(made);
  await made.click("text=ordinary@1");
  await made.check("input[value=some]");
  assert.match(await send(made, "push"), /site/); // none was ticked
  await made.check(`input[name=s${SITE}]`);
  assert.match(await send(made, "push"), /已下发到 1 个站点/);
  village("sync", "--once");
  assert.equal(show("policy")[0].policy, "ordinary@1");
  await made.keep("5-back");
  await made.context().close();
}

async function without_scripts_the_day_is_whole_and_reloads_itself(shared) {
  const made = await page(shared, PHONE, "en", { javaScriptEnabled: false });
  assert.match(await made.textContent("main"), /Incidents and what is due/);
  assert.match(await made.locator("head noscript").innerHTML(), /refresh/);
  await made.click("#live a");
  assert.equal(new URL(made.url()).pathname, "/");
  await fits(made);
  await made.keep("6-phone");
  await made.context().close();
}

async function the_keyboard_skips_to_the_content_and_shows_where_it_is(shared) {
  const made = await page(shared, DESK, "en");
  await made.keyboard.press("Tab");
  assert.equal(await made.evaluate(() => document.activeElement.className), "skip");
  await made.keyboard.press("Enter");
  assert.equal(await made.evaluate(() => document.activeElement.id), "main");
  await made.keyboard.press("Tab");
  assert.notEqual(await made.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), "none");
  await made.context().close();
}

// Every page of the menu, and what lies behind its first link; those who are not signed in too.
async function no_page_has_a_serious_fault_or_scrolls_sideways_on_a_phone(shared) {
  hubCommand("site", "place", SITE, "31.11,121.05");
  hubCommand("user", "add", "chief", "--role", "admin"); // who sees every page
  const made = await page(shared, DESK, "en", {}, "chief");
  const seen = new Set([`/sites/${SITE}`, `/bookings/${SITE}`, `/sites/${SITE}/ack`, "/book", "/users", "/audit", "/me", "/work", "/ledgers", "/ledger"]);
  for (const path of await made.$$eval("nav a", (all) => all.map((a) => a.getAttribute("href")))) {
    seen.add(path);
    await made.goto(shared.url + path);
    const inside = await made.$$eval("main table a", (all) => all.slice(0, 1).map((a) => a.getAttribute("href")));
    inside.filter((p) => p.startsWith("/")).forEach((p) => seen.add(p));
  }
  // All of them take a minute: make check-more looks at every one, the suite at one in three.
  const looked = [...seen].filter((_, i) => process.env.JIUJIN_EVERY_PAGE || i % 3 === 0);
  for (const path of looked) {
    await made.goto(shared.url + path);
    await faultless(made);
    await made.keep(`7-${path.replace(/\W+/g, "_").slice(0, 40)}`);
    await made.setViewportSize(PHONE);
    await fits(made);
    await made.keep(`8-${path.replace(/\W+/g, "_").slice(0, 40)}-phone`);
    await made.setViewportSize(DESK);
  }
  await made.goto(shared.url);
  await made.setViewportSize(PHONE);
  await faultless(made);
  await made.click(".who button");
  await made.waitForSelector("form.login");
  await faultless(made);
  await made.context().close();
}

const shared = await setUp();
await runAll([
  an_incident_appears_on_the_day_without_a_reload,
  what_is_typed_stays_when_something_changes,
  with_scripts_a_policy_goes_out,
  the_former_version_is_sent_again_without_scripts,
  without_scripts_the_day_is_whole_and_reloads_itself,
  the_keyboard_skips_to_the_content_and_shows_where_it_is,
  no_page_has_a_serious_fault_or_scrolls_sideways_on_a_phone,
], shared);
