// The office at the hub: who may see people and why, ledgers and their files, whose work a case is,
// villages and their codes, users, and the audit that tells all of it. Without JavaScript.
import assert from "node:assert/strict";
import { SITE, PASSWORD, setUp, runAll, village, hubCommand, add } from "./run.mjs";

const PHONE = { width: 390, height: 844 }, DESK = { width: 1280, height: 800 };
const NEXT = "310118101202";
const PERSON = { name: "测试甲", id_no: "999101194503150025", phone: "12000000001", address: "某路1号" };
const shot = process.env.JIUJIN_SHOTS;
let caseId, personId;

const pages = new Map(); // a log-in costs a password's derivation: one of each kind

async function logIn(shared, name, { size = DESK, lang = "zh_CN", password = PASSWORD } = {}) {
  const key = [name, size.width, lang, password].join();
  if (pages.has(key) && !key.startsWith("小李")) return pages.get(key);
  const context = await shared.browser.newContext({ viewport: size, locale: "zh-CN", javaScriptEnabled: false });
  const made = await context.newPage();
  made.setDefaultTimeout(10000);
  made.keep = async (file) => shot && made.screenshot({ path: `${shot}/${file}.png`, fullPage: true });
  await made.goto(`${shared.url}/login?lang=${lang}`);
  await made.fill("input[name=name]", name);
  await made.fill("input[name=password]", password);
  await made.click("form.login button");
  pages.set(key, made);
  return made;
}

async function fits(made) {
  const [scroll, client] = await made.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(scroll <= client, `${made.url()} is ${scroll} wide on ${client}`);
}

const main = (made) => made.textContent("main");
const audit = (...args) => hubCommand("audit", ...args).split("\n").filter(Boolean).map((l) => JSON.parse(l));
const told = (what, who) => audit("--state", what, "--as", who);

async function an_officer_takes_a_case_from_the_work_list(shared) {
  const made = await logIn(shared, "officer");
  await made.goto(`${shared.url}/work?of=unassigned`);
  assert.match(await main(made), /测试甲/);
  await made.keep("office-work-zh");
  await made.click("tbody a");
  await made.click("button[value=take]");
  await made.goto(`${shared.url}/work?of=mine`);
  assert.match(await main(made), /测试甲/);
  await made.goto(`${shared.url}/work?of=unassigned`);
  assert.doesNotMatch(await main(made), /测试甲/);
  assert.equal(told("assign", "officer").length, 1);
}

async function a_person_is_shown_to_an_officer_who_says_why(shared) {
  const made = await logIn(shared, "officer");
  const before = told("look_person", "officer").length;
  await made.goto(`${shared.url}/people`);
  await made.fill("input[name=q]", PERSON.id_no);
  await made.fill("input[name=why]", "核对材料");
  await made.click("main form button");
  assert.match(await main(made), /测试甲/);
  assert.doesNotMatch(await main(made), new RegExp(PERSON.phone));
  await made.keep("office-people-found-zh");
  assert.equal(told("search_person", "officer").length, 1);
  assert.equal(told("look_person", "officer").length, before);
  await made.click("tbody form button");
  assert.match(await main(made), new RegExp(PERSON.phone));
  assert.doesNotMatch(await main(made), new RegExp(PERSON.id_no));
  const look = told("look_person", "officer")[0];
  assert.equal(look.note, "核对材料");
  assert.equal(look.site, SITE);
  personId = look.subject;
  await made.keep("office-person-zh");
  await made.click("button[name=whole]");
  assert.match(await main(made), new RegExp(PERSON.id_no));
  assert.equal(told("look_person", "officer").length, before + 2);
}

async function a_viewer_sees_nobody(shared) {
  const made = await logIn(shared, "viewer");
  for (const path of ["/people", `/people/${SITE}/${personId}`, "/work", "/admin", "/users", "/audit", "/audit.csv"]) {
    const answer = await made.goto(`${shared.url}${path}`);
    assert.equal(answer.status(), 403, path);
  }
  await made.goto(`${shared.url}/cases`);
  assert.match(await main(made), /测\*\*/);
  await made.goto(`${shared.url}/cases/${SITE}/${caseId}`);
  assert.match(await main(made), /测\*\*/);
  for (const fact of [PERSON.name, PERSON.phone, PERSON.address]) assert.doesNotMatch(await main(made), new RegExp(fact));
  const answer = await made.goto(`${shared.url}/ledger?id=complaints&personal=1`);
  assert.equal(answer.status(), 403);
  assert.equal(told("look_person", "viewer").length, 0);
}

async function a_ledger_is_filtered_summed_and_taken_out(shared) {
  const made = await logIn(shared, "officer");
  await made.goto(`${shared.url}/ledgers`);
  await made.keep("office-ledgers-zh");
  await made.click("text=物资出入库台账");
  assert.match(await made.textContent("tr.total"), /23/);
  await made.keep("office-ledger-zh");
  await made.selectOption("select[name=field]", "keeper");
  await made.fill("input[name=has]", "仓管乙");
  await made.click("form.day button");
  assert.equal(await made.locator("tbody tr").count(), 2);
  const csv = await made.request.get(`${shared.url}/ledger.csv?id=supplies`);
  assert.match(await csv.text(), /仓管乙/);
  const xlsx = await made.request.get(`${shared.url}/ledger.xlsx?id=supplies`);
  assert.equal((await xlsx.body()).subarray(0, 2).toString(), "PK");
  await made.goto(`${shared.url}/ledger?id=complaints`);
  assert.doesNotMatch(await main(made), /排队太久/);
  await made.check("input[name=personal]");
  await made.click("form.day button");
  assert.match(await main(made), /排队太久/);
  assert.equal(told("export", "officer").length, 2);
  assert.equal(told("look_list", "officer").filter((row) => row.note === "personal").length, 1);
}

async function a_village_is_added_with_a_code_and_shut_out(shared) {
  const made = await logIn(shared, "chief", { lang: "en" });
  await made.goto(`${shared.url}/admin`);
  await made.fill("input[name=site]", NEXT);
  await made.fill("input[name=name]", "邻村");
  await made.click("main form button");
  assert.ok(await made.locator("svg path").count());
  assert.match(await made.textContent(".code"), /[0-9A-Z]/);
  await made.keep("office-code-en");
  await made.click("main a:has-text('To the village')");
  await made.fill("input[name=place]", "31.15,121.10");
  await made.click("button[value=place]");
  await made.fill("input[name=name]", "邻村二");
  await made.click("button[value=rename]");
  await made.keep("office-village-en");
  await made.click("button[value=void]");
  assert.match(await made.inputValue("input[name=name]"), /邻村二/);
  await made.check("input[name=sure]");
  await made.click("button[value=revoke]");
  assert.match(await main(made), /shut out/);
  await made.goto(`${shared.url}/admin/${SITE}`);
  await made.click("button[value=machine]");
  assert.throws(() => village("sync", "--once"), /没有接受/);
  for (const what of ["site_add", "site_change", "site_revoke"]) assert.ok(told(what, "chief").length > 0, what);
}

async function a_user_is_added_limited_locked_freed_and_disabled(shared) {
  const made = await logIn(shared, "chief", { lang: "en" });
  await made.goto(`${shared.url}/users`);
  await made.fill("form.decide input[name=name]", "小李");
  await made.fill("input[name=password]", "first-1234");
  await made.click("button[value=add]");
  await made.click("text=小李");
  await made.fill("textarea[name=sites]", NEXT);
  await made.click("button[value=sites]");
  const limited = await logIn(shared, "小李", { password: "first-1234" });
  assert.equal((await limited.goto(`${shared.url}/sites/${SITE}`)).status(), 403);
  await limited.goto(`${shared.url}/sites`);
  assert.doesNotMatch(await main(limited), /测试村/);
  await limited.goto(`${shared.url}/me`);
  await limited.fill("input[name=old]", "first-1234");
  await limited.fill("input[name=password]", "second-1234");
  await limited.click("main form button");
  assert.match(limited.url(), /login/);
  for (let i = 0; i < 5; i++)
    await fetch(`${shared.url}/login`, { method: "POST", body: new URLSearchParams({ name: "小李", password: "wrong-1234" }) });
  await made.goto(`${shared.url}/users`);
  await made.keep("office-users-en");
  await made.click("tr:has-text('小李') button[value=unlock]");
  await logIn(shared, "小李", { password: "second-1234" });
  await made.click("text=小李");
  await made.keep("office-user-en");
  await made.click("button[value=end]");
  await made.click("text=小李");
  await made.click("button[value=disable]");
  assert.match(await main(made), /disabled/);
  await made.click("a:has-text('chief') >> nth=1");
  await made.click("button[value=disable]");
  assert.match(await made.textContent("[role=alert]"), /not possible now/);
}

async function the_audit_is_filtered_and_its_chain_holds(shared) {
  const made = await logIn(shared, "chief");
  await made.goto(`${shared.url}/audit?who=officer&what=look_person`);
  assert.ok((await made.locator("tbody tr").count()) >= 2);
  assert.match(await main(made), /核对材料/);
  await made.keep("office-audit-zh");
  const csv = await made.request.get(`${shared.url}/audit.csv?who=officer`);
  assert.match(await csv.text(), /核对材料/);
  assert.doesNotMatch(await csv.text(), new RegExp(`${PERSON.name}|${PERSON.id_no}`));
  assert.equal(JSON.parse(hubCommand("audit", "check")).ok, true);
}

async function on_a_phone_nothing_reaches_over_the_edge(shared) {
  const made = await logIn(shared, "chief", { size: PHONE });
  const paths = ["/work?of=all", "/people", "/ledgers", "/ledger?id=supplies", "/admin", `/admin/${SITE}`, "/users",
    "/users?name=chief", "/me", "/audit"];
  for (const path of paths) {
    assert.equal((await made.goto(`${shared.url}${path}`)).status(), 200, path);
    await made.keep(`office-phone${path.replace(/\W+/g, "-")}`);
    await fits(made);
  }
}

const shared = await setUp();
hubCommand("user", "add", "viewer", "--role", "viewer");
hubCommand("user", "add", "chief", "--role", "admin");
caseId = add("case", { person: PERSON, agent: null, item: "QP-MZ-01", channel: "nearby", skipped: [], papers: [], note: "" }).id;
for (const [quantity, keeper] of [[20, "仓管甲"], [3, "仓管乙"]])
  add("ledger:L04", { row: { item: "mask", unit: "box", direction: "in", quantity, keeper } });
add("ledger:complaints", { row: { name: "测试乙", phone: "12000000002", means: "desk", about: "time", text: "排队太久",
  due: "2099-01-01", done: false } });
village("sync", "--once");
await runAll([
  an_officer_takes_a_case_from_the_work_list,
  a_person_is_shown_to_an_officer_who_says_why,
  a_viewer_sees_nobody,
  a_ledger_is_filtered_summed_and_taken_out,
  a_village_is_added_with_a_code_and_shut_out,
  a_user_is_added_limited_locked_freed_and_disabled,
  the_audit_is_filtered_and_its_chain_holds,
  on_a_phone_nothing_reaches_over_the_edge,
], shared);
