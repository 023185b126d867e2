// The page 相談: focus goes to the source that was opened and back to where it was opened from.
(() => {
  const { focusOn, scrollTo, showMark } = window.policyQA;
  let panelExpected = false;
  let openedFrom = null;

  window.policyQA.start = () => document.querySelector("#question textarea");

  const citations = () => [...document.querySelectorAll('#conversation button[data-event="select"]')];
  const citation = (value) => citations().find((button) => button.dataset.value === value);
  const back = () => focusOn(openedFrom && citation(openedFrom));

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const button = target?.closest('button[data-event="select"]');
    if (button && !button.closest("#conversations")) {
      openedFrom = button.dataset.value;
      // A citation that is open already changes nothing in the panel: it is only gone to.
      const open = document.querySelector("#panel button[data-back]")?.dataset.back;
      if (open === openedFrom) focusOn(document.getElementById("source-panel"));
      else panelExpected = true;
    }
    const returning = target?.closest("button[data-back]");
    if (returning) {
      openedFrom = returning.dataset.back;
      back();
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    const stop = document.querySelector('.working button[data-event="stop"]');
    if (stop) stop.click();
    else if (document.activeElement?.closest("#panel")) back();
  });

  // One question at a time: while one is on its way or is being answered, no other is sent and no other conversation is opened.
  let sent = { at: -Infinity, turns: 0 };
  const turnCount = () => document.querySelectorAll("#conversation .turn").length;
  const onItsWay = () => {
    if (turnCount() !== sent.turns) sent.at = -Infinity; // it has arrived
    return performance.now() - sent.at < 2000;
  };
  const busy = () => document.querySelector(".working") !== null || onItsWay();
  const oneAtATime = (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const typed = event.type === "keypress" && event.key === "Enter" && !event.shiftKey && target?.closest("#question");
    const asks = typed || (event.type === "click" && target?.closest('#send, button[data-event="submit"]'));
    if (!asks && !(event.type === "click" && target?.closest("#kept button"))) return;
    if (busy()) {
      event.stopImmediatePropagation();
      event.preventDefault();
      const waiting = document.querySelector('.working [role="status"]');
      if (waiting) window.policyQA.announce(waiting.textContent);
    } else if (asks && (asks.dataset?.event || window.policyQA.start().value.trim())) {
      sent = { at: performance.now(), turns: turnCount() };
    }
  };
  document.addEventListener("click", oneAtATime, true);
  document.addEventListener("keypress", oneAtATime, true);

  // An answer is judged at once; the field for a comment comes with it.
  document.addEventListener("click", (event) => {
    const judge = event.target.closest?.("button.judge");
    if (!judge) return;
    const turn = judge.closest(".turn");
    for (const button of turn.querySelectorAll("button.judge")) button.setAttribute("aria-pressed", button === judge);
    const comment = turn.querySelector(".comment");
    comment.hidden = false;
    comment.querySelector("textarea").focus({ preventScroll: false });
  });

  // Long work says how long it has been going on.
  setInterval(() => {
    for (const place of document.querySelectorAll("[data-elapsed]")) {
      place.dataset.since ??= Date.now();
      const seconds = Math.floor((Date.now() - place.dataset.since) / 1000);
      if (seconds > 0) place.textContent = place.dataset.elapsed.replace("{seconds}", seconds);
    }
  }, 500);

  // The address names the conversation, so that a reload keeps it; other pages lead back to it.
  const wide = matchMedia("(min-width: 1200px)");
  const openList = () => {
    const list = document.querySelector("#conversations nav > details");
    if (list) list.open = wide.matches;
  };
  wide.addEventListener("change", openList);
  window.policyQA.listShown = (element) => {
    openList();
    const nav = element.querySelector("[data-current]");
    if (!nav) return;
    const address = new URL(location.href);
    if (nav.dataset.current) address.searchParams.set("c", nav.dataset.current);
    else address.searchParams.delete("c");
    history.replaceState(history.state, "", address);
    try {
      sessionStorage.setItem("policy_qa_conversation", nav.dataset.current);
    } catch {}
  };

  // The newest turn comes into view when it is asked and when it is answered, not when a citation is opened.
  let seen = "";
  window.policyQA.showLatestTurn = (element) => {
    const turns = element.querySelectorAll(".turn");
    const latest = turns[turns.length - 1];
    const state = `${turns.length} ${latest?.querySelector(".working") ? "waiting" : "answered"}`;
    if (latest && state !== seen) {
      // A button that asked is gone now: who goes by keyboard goes on from the question.
      if (seen && document.activeElement === document.body) focusOn(latest.querySelector(".asked"));
      scrollTo(latest);
    }
    seen = state;
    onItsWay();
    window.policyQA.showNext();
  };
  // How the last question was read is shown while it is the last one.
  window.policyQA.showNext = () => {
    const next = document.querySelector("#next [data-after]");
    const last = [...document.querySelectorAll("#conversation .turn")].pop();
    if (next) next.hidden = last?.dataset.answer !== next.dataset.after;
  };
  window.policyQA.panelChanged = () => {
    showMark(document.getElementById("panel"));
    const open = document.querySelector("#panel button[data-back]")?.dataset.back;
    for (const button of citations()) button.setAttribute("aria-current", button.dataset.value === open);
    if (panelExpected) focusOn(document.getElementById("source-panel"));
    panelExpected = false;
  };
})();
