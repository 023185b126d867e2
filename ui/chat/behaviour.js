// The page 相談: focus goes to the source that was opened and back to where it was opened from.
(() => {
  const { focusOn, scrollTo } = window.policyQA;
  let panelExpected = false;
  let openedFrom = null;

  window.policyQA.start = () => document.querySelector("#question textarea");

  const citation = (value) =>
    [...document.querySelectorAll('#conversation button[data-event="select"]')].find(
      (button) => button.dataset.value === value,
    );
  const back = () => focusOn(openedFrom && citation(openedFrom));

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const button = target?.closest('button[data-event="select"]');
    if (button) {
      openedFrom = button.dataset.value;
      // A citation that is open already changes nothing in the panel: it is only gone to.
      const open = document.querySelector("#panel button[data-back]")?.dataset.back;
      if (open === openedFrom) focusOn(document.getElementById("source-panel"));
    }
    const returning = target?.closest("button[data-back]");
    if (returning) {
      openedFrom = returning.dataset.back;
      back();
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.activeElement?.closest("#panel")) back();
  });

  const showMark = () => {
    const excerpt = document.querySelector("#panel .excerpt");
    const mark = excerpt?.querySelector("mark");
    if (mark) excerpt.scrollTop += mark.getBoundingClientRect().top - excerpt.getBoundingClientRect().top - 48;
  };

  // The newest turn comes into view when it is asked and when it is answered, not when a citation is opened.
  let seen = "";
  window.policyQA.showLatestTurn = (element) => {
    const turns = element.querySelectorAll(".turn");
    const latest = turns[turns.length - 1];
    const state = `${turns.length} ${latest?.querySelector(".working") ? "waiting" : "answered"}`;
    if (latest && state !== seen) scrollTo(latest);
    seen = state;
  };
  window.policyQA.expectPanel = () => {
    panelExpected = true;
  };
  window.policyQA.panelChanged = () => {
    showMark();
    if (panelExpected) focusOn(document.getElementById("source-panel"));
    panelExpected = false;
  };
})();
