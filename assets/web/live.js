// A page that shows what changes asks for itself again when the hub says that something did, and
// takes over the parts that differ. What somebody types in, or has the focus, stays as it is.
// Without this file the page has its link "Refresh", and reloads itself where nothing is typed.
"use strict";
(() => {
  const main = document.querySelector("main[data-live]");
  const status = document.getElementById("live");
  if (!main || !status || !window.EventSource) return;
  const topics = main.dataset.live.split(" "), site = main.dataset.site || "";
  let due = 0, busy = false, took = 0, lost = false;

  const say = (what) => {
    status.dataset.state = what;
    status.querySelector("span").textContent = status.dataset[what];
  };
  const typing = (part) =>
    [...part.querySelectorAll("input, textarea, select")].some((f) =>
      f === document.activeElement ||
      (f.type === "checkbox" || f.type === "radio" ? f.checked !== f.defaultChecked
        : f.tagName === "SELECT" ? [...f.options].some((o) => o.selected !== o.defaultSelected) && f.dataset.touched
        : f.type !== "hidden" && f.value !== f.defaultValue));

  // Where the focus is, as something that can be found again: among links the same one.
  const focusIn = (part) => {
    const a = document.activeElement;
    return a && part.contains(a) && a.getAttribute("href");
  };
  const exchange = (old, fresh) => {
    if (old.outerHTML === fresh.outerHTML) return true;
    if (typing(old)) return false;
    const href = focusIn(old);
    const open = [...old.querySelectorAll("details")].map((d) => d.open);
    const node = document.importNode(fresh, true);
    node.querySelectorAll("details").forEach((d, i) => { if (open[i]) d.open = true; });
    old.replaceWith(node);
    if (href) [...node.querySelectorAll("a")].find((a) => a.getAttribute("href") === href)?.focus();
    return true;
  };
  // Something came or went: all is new but the parts that somebody types in, which are not even moved.
  const rebuild = (old, now) => {
    const kept = old.filter(typing).map((o) => [o, now.findIndex((n) =>
      n.tagName === o.tagName && n.className === o.className && n.getAttribute("action") === o.getAttribute("action"))]);
    if (kept.some(([, at], i) => at < 0 || (i > 0 && at <= kept[i - 1][1]))) return false;
    const href = focusIn(main);
    for (const o of old) if (!kept.some(([k]) => k === o)) o.remove();
    let from = 0;
    for (const [part, at] of kept) {
      part.before(...now.slice(from, at).map((n) => document.importNode(n, true)));
      from = at + 1;
    }
    main.append(...now.slice(from).map((n) => document.importNode(n, true)));
    if (href) [...main.querySelectorAll("a")].find((a) => a.getAttribute("href") === href)?.focus();
    return true;
  };
  const take = (fresh) => {
    const old = [...main.children], now = [...fresh.children];
    return old.length === now.length ? old.map((o, i) => exchange(o, now[i])).every(Boolean) : rebuild(old, now);
  };

  async function refresh() {
    due = 0;
    if (busy || document.hidden) { due = -1; return; }
    busy = true;
    const begun = performance.now();
    try {
      const answer = await fetch(location.href, { cache: "no-store" });
      if (answer.redirected) { location.reload(); return; }
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.querySelector("main");
        if (fresh) say(take(fresh) ? "on" : "kept");
      }
    } catch { say("off"); }
    took = performance.now() - begun;
    busy = false;
    if (due < 0) later();
  }
  // A page that takes long to make is asked for the less often.
  function later() {
    if (due > 0) return;
    due = setTimeout(refresh, Math.max(100, Math.min(60000, 10 * took)));
  }
  document.addEventListener("visibilitychange", () => { if (!document.hidden && due < 0) { due = 0; later(); } });
  main.addEventListener("change", (e) => { e.target.dataset.touched = "1"; });

  function listen() {
    const source = new EventSource("/live");
    source.onopen = () => { if (lost) later(); lost = false; say("on"); };
    source.addEventListener("change", (e) => {
      const [topic, where] = e.data.split(" ");
      if (topic === "all" || (topics.includes(topic) && (!site || !where || where === site))) later();
    });
    source.onerror = () => {
      lost = true;
      say("off");
      if (source.readyState === EventSource.CLOSED) setTimeout(() => { later(); listen(); }, 60000);
    };
    addEventListener("pagehide", () => source.close());
  }
  listen();
})();
