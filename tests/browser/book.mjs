// The public booking page, the officers' pages and the API, as people and programs use them: in
// Chromium at a desk's and a phone's width, without scripts of the pages' own.
import assert from "node:assert/strict";
import { SITE, PASSWORD, setUp, runAll, village, add, show } from "./run.mjs";
import { slipTests } from "./slip.mjs";

const PHONE = { width: 390, height: 844 }, DESK = { width: 1280, height: 800 };
const PERSON = { name: "测试甲", id_no: "999101194503150025", phone: "12000000001" };
const OTHER = { name: "测试乙", id_no: "999101194503150033", phone: "12000000002" };
const ITEM = "QP-MZ-01";

// Another invented person for each call: region 999, the right check digit.
let people = 100;
function somebody() {
  const head = `99910119450315${++people}`, weight = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = [...head].reduce((n, digit, i) => n + Number(digit) * weight[i], 0);
  return { name: "测试丙", id_no: head + "10X98765432"[sum % 11], phone: `12000000${people}` };
}

// The next day that the ordinary pack opens on, by China's clock: Monday to Friday.
const ahead = [32, 56, 80].map((hours) => new Date(Date.now() + hours * 3600e3)).find((day) => day.getUTCDay() % 6 !== 0);
const tomorrow = ahead.toISOString().slice(0, 10);
const at = (hhmm) => `${tomorrow}T${hhmm}:00+08:00`;

async function page(shared, size, options = {}) {
  const context = await shared.browser.newContext({ viewport: size, locale: "zh-CN", javaScriptEnabled: false, ...options });
  const made = await context.newPage();
  made.setDefaultTimeout(10000);
  const shot = process.env.JIUJIN_SHOTS;
  made.keep = async (name) => shot && made.screenshot({ path: `${shot}/${name}.png`, fullPage: true });
  return made;
}

// Nothing on the page is wider than the phone.
async function fits(made) {
  const box = await made.locator("html").boundingBox();
  const widest = await made.locator("main *:visible").evaluateAll((all) => Math.max(...all.map((e) => e.getBoundingClientRect().right)));
  assert.ok(widest <= made.viewportSize().width + 0.5, `something reaches ${widest} of ${box.width}`);
}

async function choose(made, shared, hhmm) {
  await made.goto(`${shared.url}/book/${SITE}`);
  await made.selectOption("select[name=item]", ITEM);
  await made.selectOption("select[name=day]", tomorrow);
  await made.click("form.decide button");
  await made.click(`.slots button:has-text("${hhmm}")`);
}

async function fill(made, person) {
  await made.fill("input[name=name]", person.name);
  await made.fill("input[name=id_no]", person.id_no);
  await made.fill("input[name=phone]", person.phone);
  await made.click("form.decide button");
}

async function somebody_books_on_a_phone_and_the_village_has_the_booking(shared) {
  const made = await page(shared, PHONE);
  await made.goto(`${shared.url}/book`);
  await made.click("text=测试村");
  await made.keep("book-1-choose");
  await fits(made);
  await choose(made, shared, "09:00");
  assert.match(await made.textContent(".held"), /保留到/);
  await made.keep("book-2-form");
  await fits(made);
  await fill(made, PERSON);
  await made.keep("book-3-done");
  await fits(made);
  const number = await made.textContent(".number");
  assert.match(number, /^W\d+-\d$/);
  assert.match(await made.textContent("main"), /请带材料/);
  village("sync", "--once");
  const [row] = show("bookings");
  assert.equal(row.number, number);
  assert.equal(row.name, PERSON.name);
  assert.equal(row.from, at("09:00"));
  assert.equal(row.source, "hub");
  shared.number = number;
}

async function a_wrong_id_number_is_said_beside_what_was_typed_and_the_place_stays_held(shared) {
  const made = await page(shared, PHONE);
  await choose(made, shared, "09:30");
  await fill(made, { ...OTHER, id_no: "999101194503150034" });
  assert.match(await made.textContent("[role=alert]"), /校验码/);
  await made.keep("book-4-wrong");
  await fits(made);
  assert.equal(await made.inputValue("input[name=name]"), OTHER.name);
  await made.fill("input[name=id_no]", OTHER.id_no);
  await made.click("form.decide button");
  assert.match(await made.textContent(".number"), /^W/);
}

async function what_people_type_stays_text(shared) {
  const made = await page(shared, DESK, { javaScriptEnabled: true });
  const evil = `"><img src=x onerror=evil()>`;
  await choose(made, shared, "11:00");
  await fill(made, { ...OTHER, name: evil, id_no: "1" });
  assert.equal(await made.inputValue("input[name=name]"), evil);
  assert.equal(await made.locator("main img").count(), 0);
  await made.goto(`${shared.url}/book/${SITE}?item=${encodeURIComponent(evil)}&day=${encodeURIComponent(evil)}`);
  assert.equal(await made.locator("main img").count(), 0);
  for (const path of ["/book/310118999999", "/book/x", `/book/${SITE}/none`])
    assert.equal((await made.goto(shared.url + path)).status(), 404);
}

async function a_full_half_hour_cannot_be_pressed(shared) {
  const made = await page(shared, DESK);
  for (let n = 0; n < 6; n++) {
    const answer = await call(shared, "POST", "/bookings", { item: ITEM, from: at("10:00"), ...somebody() });
    assert.equal(answer.status, 201);
  }
  const full = await call(shared, "POST", "/bookings", { item: ITEM, from: at("10:00"), ...somebody() });
  assert.equal(full.status, 409);
  assert.equal(full.body.error, "constraint");
  await made.goto(`${shared.url}/book/${SITE}?item=${ITEM}&day=${tomorrow}`);
  assert.ok(await made.isDisabled('.slots button:has-text("10:00")'));
  await made.keep("book-5-full");
}

async function who_booked_cancels_with_number_telephone_and_four_signs(shared) {
  const made = await page(shared, PHONE);
  const cancel = async (last4) => {
    await made.goto(`${shared.url}/book/${SITE}/cancel`);
    await made.fill("input[name=number]", shared.number);
    await made.fill("input[name=phone]", PERSON.phone);
    await made.fill("input[name=last4]", last4);
    await made.click("form.decide button");
  };
  await cancel("0000");
  assert.match(await made.textContent("[role=alert]"), /对不上/);
  await cancel(PERSON.id_no.slice(14));
  assert.match(await made.textContent("[role=status]"), /已取消/);
  await made.keep("book-6-cancelled");
  await fits(made);
  village("sync", "--once");
  assert.equal(show("bookings").find((row) => row.number === shared.number).state, "cancelled");
}

async function log_in(shared, size) {
  const made = await page(shared, size);
  await made.goto(`${shared.url}/login`);
  await made.fill("input[name=name]", "officer");
  await made.fill("input[name=password]", PASSWORD);
  await made.click("form.login button");
  return made;
}

async function an_officer_sees_the_days_bookings_and_cancels_one(shared) {
  const made = await log_in(shared, PHONE);
  await made.goto(`${shared.url}/bookings/${SITE}?day=${tomorrow}`);
  await fits(made);
  await made.keep("officer-1-bookings");
  const row = made.locator("tr", { hasText: OTHER.name });
  await row.locator("button").click();
  assert.match(await made.locator("tr", { hasText: OTHER.name }).textContent(), /已取消/);
}

async function an_officer_accepts_a_case_at_a_desk_and_on_a_phone(shared) {
  const record = { person: PERSON, item: ITEM, channel: "proxy", agent: null, skipped: [], papers: [] };
  const first = add("case", record), second = add("case", { ...record, person: OTHER });
  village("sync", "--once");
  for (const [size, id] of [[DESK, first.id], [PHONE, second.id]]) {
    const made = await log_in(shared, size);
    await made.goto(`${shared.url}/cases/${SITE}/${id}`);
    await made.keep(`case-1-${size.width}`);
    if (size === PHONE) await fits(made);
    await made.click("button.accept");
    assert.match(await made.textContent("main"), /已受理/);
    await made.keep(`case-2-${size.width}`);
  }
  village("sync", "--once");
  const states = show("cases").map((row) => row.state);
  assert.deepEqual(states, ["accepted", "accepted"]);
}

// Who asked for a call stands on one list, at its time, until it was answered on the case's page.
async function a_call_that_is_waited_for_is_listed_and_gone_when_it_was_answered(shared) {
  const waits = add("case", { person: PERSON, item: ITEM, channel: "remote", agent: null, skipped: [], papers: [] });
  village("case", waits.id, "call", at("15:30"), "请打电话");
  village("sync", "--once");
  for (const size of [PHONE, DESK]) {
    const made = await log_in(shared, size);
    await made.goto(`${shared.url}/calls`);
    if (size === PHONE) await fits(made);
    await made.keep(`calls-1-${size.width}`);
    const row = made.locator("tr", { hasText: waits.number });
    assert.match(await row.textContent(), /15:30/);
    assert.match(await row.textContent(), new RegExp(PERSON.name));
    await row.locator("a").click();
    assert.match(await made.textContent("main"), /请打电话/);
  }
  const made = await log_in(shared, DESK);
  await made.goto(`${shared.url}/cases/${SITE}/${waits.id}`);
  await made.fill("form.decide textarea, form.decide input[name=text]", "已回电");
  await made.click("button.answer");
  await made.goto(`${shared.url}/calls`);
  assert.equal(await made.locator("tr", { hasText: waits.number }).count(), 0);
}

// --- the API ----------------------------------------------------------------------------------

async function call(shared, method, path, body, token = shared.token) {
  const answer = await fetch(`${shared.url}/api/v1/sites/${SITE}${path}`, {
    method, headers: { ...(token ? { Authorization: `Bearer ${token}` } : {}), "Content-Type": "application/json" },
    body: body ? JSON.stringify(body) : undefined,
  });
  return { status: answer.status, body: await answer.json() };
}

async function a_programs_server_holds_books_reads_and_cancels(shared) {
  const slots = await call(shared, "GET", `/slots?item=${ITEM}&day=${tomorrow}`);
  assert.equal(slots.status, 200);
  const slot = slots.body.slots.find((one) => one.from === at("13:00"));
  assert.equal(slot.free, 6);
  const held = await call(shared, "POST", "/holds", { item: ITEM, from: slot.from });
  assert.equal(held.status, 201);
  const wish = { item: ITEM, from: slot.from, hold: held.body.hold, ...somebody() };
  const booked = await call(shared, "POST", "/bookings", wish);
  assert.equal(booked.status, 201);
  assert.ok(booked.body.bring.length > 0);
  const again = await call(shared, "POST", "/bookings", wish);
  assert.equal(again.body.id, booked.body.id);
  const path = `/bookings/${booked.body.id}`;
  assert.equal((await call(shared, "GET", path)).body.state, "booked");
  assert.equal((await call(shared, "DELETE", path)).body.state, "cancelled");
  assert.equal((await call(shared, "DELETE", path)).status, 409);
}

async function the_api_answers_no_one_without_a_token_and_says_what_is_wrong(shared) {
  assert.equal((await call(shared, "GET", `/slots?item=${ITEM}`, null, "")).status, 401);
  assert.equal((await call(shared, "GET", `/slots?item=${ITEM}`, null, "0".repeat(64))).status, 401);
  const wrong = async (change, status, error, field) => {
    const answer = await call(shared, "POST", "/bookings", { item: ITEM, from: at("13:30"), ...somebody(), ...change });
    assert.deepEqual([answer.status, answer.body.error, answer.body.field], [status, error, field]);
    assert.ok(answer.body.message.length > 0);
  };
  await wrong({ id_no: "999101194503150026" }, 422, "id_check", "id_no");
  await wrong({ phone: "1" }, 422, "phone", "phone");
  await wrong({ name: "" }, 422, "field_required", "name");
  await wrong({ colour: "red" }, 422, "field_unknown", "colour");
  await wrong({ item: "none" }, 422, "field_choice", "item");
  await wrong({ from: "soon" }, 422, "time", "from");
  await wrong({ from: at("13:40") }, 409, "constraint", "from");
  assert.equal((await call(shared, "GET", "/bookings/o.9999")).status, 404);
}

async function what_the_openapi_file_requires_of_an_answer_is_in_it(shared) {
  const api = await (await fetch(`${shared.url}/api/openapi.json`)).json();
  const resolve = (schema) => (schema.$ref ? api.components.schemas[schema.$ref.split("/").pop()] : schema);
  const check = (schema, value) => {
    const s = resolve(schema);
    for (const key of s.required ?? []) assert.ok(key in value, `${key} is missing`);
    for (const [key, sub] of Object.entries(s.properties ?? {})) if (value[key] != null && resolve(sub).type === "object") check(sub, value[key]);
  };
  const of = (path, method, status) => {
    const answer = api.paths[path][method].responses[status];
    return (answer.$ref ? api.components.responses[answer.$ref.split("/").pop()] : answer).content["application/json"].schema;
  };
  const base = "/api/v1/sites/{site}", person = somebody();
  const slots = await call(shared, "GET", `/slots?item=${ITEM}&day=${tomorrow}`);
  check(of(`${base}/slots`, "get", "200"), slots.body);
  const hold = await call(shared, "POST", "/holds", { item: ITEM, from: at("14:00") });
  check(of(`${base}/holds`, "post", "201"), hold.body);
  const booked = await call(shared, "POST", "/bookings", { item: ITEM, from: at("14:00"), hold: hold.body.hold, ...person });
  check(of(`${base}/bookings`, "post", "201"), booked.body);
  check(of(`${base}/bookings`, "post", "409"), (await call(shared, "POST", "/bookings", { item: ITEM, from: at("14:00"), ...person })).body);
  check(of(`${base}/bookings/{booking}`, "delete", "200"), (await call(shared, "DELETE", `/bookings/${booked.body.id}`)).body);
  const sheet = await fetch(`${shared.url}/api/v1/reports`, { headers: { Authorization: `Bearer ${shared.token}` } });
  check(of("/api/v1/reports", "get", "200"), await sheet.json());
}

async function one_address_that_tries_without_end_is_told_to_wait(shared) {
  let status = 0;
  for (let n = 0; n < 40 && status !== 429; n++) {
    const answer = await fetch(`${shared.url}/book/${SITE}/cancel`, {
      method: "POST", headers: { "Content-Type": "application/x-www-form-urlencoded" }, body: "number=W1-1&phone=1&last4=1",
    });
    status = answer.status;
  }
  assert.equal(status, 429);
}

await runAll([
  somebody_books_on_a_phone_and_the_village_has_the_booking,
  a_wrong_id_number_is_said_beside_what_was_typed_and_the_place_stays_held,
  what_people_type_stays_text,
  a_full_half_hour_cannot_be_pressed,
  who_booked_cancels_with_number_telephone_and_four_signs,
  an_officer_sees_the_days_bookings_and_cancels_one,
  an_officer_accepts_a_case_at_a_desk_and_on_a_phone,
  a_call_that_is_waited_for_is_listed_and_gone_when_it_was_answered,
  ...slipTests({ fits, logIn: log_in, PHONE, DESK }),
  a_programs_server_holds_books_reads_and_cancels,
  the_api_answers_no_one_without_a_token_and_says_what_is_wrong,
  what_the_openapi_file_requires_of_an_answer_is_in_it,
  one_address_that_tries_without_end_is_told_to_wait,
], await setUp());
