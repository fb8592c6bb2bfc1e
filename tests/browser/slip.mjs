// Slips read at the hub, as officers read them: a scanner types the digits into the page and ends
// with Enter, at a desk and on a phone, without scripts; and the acknowledgement to be printed.
import assert from "node:assert/strict";
import { SITE, village, add, show } from "./run.mjs";

const PERSON = { name: "测试甲", id_no: "999101194503150025", phone: "12000000001" };

function takeIn() {
  const answer = add("case", {
    person: PERSON, agent: null, item: "QP-MZ-01", channel: "proxy",
    skipped: [{ channel: "online", reason: "no_phone" }], papers: [], note: "",
  });
  return { id: answer.id, digits: village("slip", answer.id, "--digits").trim() };
}

// What a keyboard scanner does: keys, then Enter; nobody clicks.
async function scan(made, digits) {
  await made.keyboard.type(digits);
  await Promise.all([made.waitForNavigation(), made.keyboard.press("Enter")]);
}

export function slipTests({ fits, logIn, PHONE, DESK }) {
  async function a_scanner_reads_slip_after_slip_without_a_click_and_each_has_its_answer(shared) {
    const made = await logIn(shared, DESK);
    const one = takeIn(), two = takeIn();
    await made.goto(`${shared.url}/slip`);
    await scan(made, one.digits);
    assert.match(await made.textContent("[role=status]"), /首次到达/);
    assert.match(await made.textContent(".read"), /测试甲/);
    await made.keep("slip-1-recorded");
    await scan(made, two.digits);
    assert.match(await made.textContent("[role=status]"), /首次到达/);
    await scan(made, one.digits);
    assert.match(await made.textContent("[role=status]"), /重复登记.*officer/s);
    await scan(made, one.digits.slice(0, 300));
    assert.match(await made.textContent("[role=alert]"), /数字缺失或有误/);
    await made.keep("slip-2-cut");
    village("sync", "--once");
    await scan(made, two.digits);
    assert.equal(await made.locator(".differs").count(), 0);
    await made.click(".read a");
    assert.match(await made.textContent("main"), /测试甲/);
  }

  async function a_slip_is_read_on_a_phone_and_nothing_is_wider_than_it(shared) {
    const made = await logIn(shared, PHONE);
    const { id, digits } = takeIn();
    await made.goto(`${shared.url}/slip`);
    await fits(made);
    await scan(made, digits);
    assert.match(await made.textContent("[role=status]"), /首次到达/);
    await fits(made);
    await made.keep("slip-3-phone");
    village("case", id, "paper", "P02", "copy_kept");
    village("sync", "--once");
    await scan(made, digits);
    assert.match(await made.textContent(".differs"), /复印件/);
    await fits(made);
    await made.keep("slip-4-differs");
    const number = show("cases").find((row) => row.id === id).number;
    await scan(made, number);
    assert.match(await made.textContent("[role=status]"), /已经到达/);
  }

  async function the_acknowledgement_is_a_picture_and_its_digits(shared) {
    const made = await logIn(shared, PHONE);
    await made.goto(`${shared.url}/sites/${SITE}`);
    await made.click("text=出具纸质回执");
    await fits(made);
    assert.match((await made.textContent(".digits")).trim(), /^\d{277}$/);
    assert.equal(await made.locator(".symbol img").evaluate((img) => img.complete && img.naturalWidth), 318);
    await made.keep("slip-5-ack");
  }

  return [
    a_scanner_reads_slip_after_slip_without_a_click_and_each_has_its_answer,
    a_slip_is_read_on_a_phone_and_nothing_is_wider_than_it,
    the_acknowledgement_is_a_picture_and_its_digits,
  ];
}
