// What Gradio does not do by itself: the page's language, safe sending with an input method, focus that follows.
(() => {
  const asked = new URLSearchParams(location.search).get("lang");
  document.documentElement.lang = ["ja", "en"].includes(asked) ? asked : "__LANGUAGE__";

  // Enter that confirms a conversion must not send: Gradio sends on "keypress" and does not look. Browsers differ in
  // what they report of that key, and Safari reports it after the composition, with key code 229.
  let confirming = false;
  const guard = (event) => {
    if (event.key !== "Enter") return;
    const composing = event.isComposing || event.keyCode === 229;
    confirming = event.type === "keydown" ? composing : confirming || composing;
    if (confirming) event.stopImmediatePropagation();
    if (confirming && event.type === "keypress") event.preventDefault();
  };
  document.addEventListener("keydown", guard, true);
  document.addEventListener("keypress", guard, true);

  const scroll = (element) => {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    element.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  };

  let panelExpected = false;
  let openedFrom = null;

  // On a wide screen the panel stands beside the chat and stays in sight: nothing scrolls.
  const focusOn = (element) => {
    if (!element) return;
    element.focus({ preventScroll: true });
    if (matchMedia("(max-width: 900px)").matches) scroll(element);
  };

  const back = () => {
    if (!openedFrom) return;
    const { turn, marker } = openedFrom;
    focusOn(document.querySelector(`#conversation button[data-turn="${turn}"][data-marker="${marker}"]`));
  };

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const citation = target?.closest("button[data-marker]");
    if (citation) {
      openedFrom = { turn: citation.dataset.turn, marker: citation.dataset.marker };
      // A citation that is open already changes nothing in the panel: it is only gone to.
      const open = document.querySelector("#panel button[data-back]")?.dataset.back;
      if (open === `${openedFrom.turn}-${openedFrom.marker}`) focusOn(document.getElementById("source-panel"));
    }
    const returning = target?.closest("button[data-back]");
    if (returning) {
      const [turn, marker] = returning.dataset.back.split("-");
      openedFrom = { turn, marker };
      back();
    }
    if (target?.closest("a.skip")) {
      event.preventDefault();
      focusOn(document.querySelector("#question textarea"));
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

  window.policyQA = {
    // The newest turn comes into view when it is asked and when it is answered, not when a citation is opened.
    showLatestTurn: (() => {
      let seen = "";
      return (element) => {
        const turns = element.querySelectorAll(".turn");
        const latest = turns[turns.length - 1];
        const state = `${turns.length} ${latest?.querySelector(".working") ? "waiting" : "answered"}`;
        if (latest && state !== seen) scroll(latest);
        seen = state;
      };
    })(),
    expectPanel: () => {
      panelExpected = true;
    },
    panelChanged: () => {
      showMark();
      if (panelExpected) focusOn(document.getElementById("source-panel"));
      panelExpected = false;
    },
  };
})();
