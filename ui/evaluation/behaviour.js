// The page of the evaluation: it follows a run that goes on, and shows its result where results are looked at.
(() => {
  const { focusOn, scrollTo } = window.policyQA;
  window.policyQA.evaluation = {};
  let following = false;
  let shown = null;

  const view = () => document.querySelector(".evaluation")?.dataset.view ?? "";

  // The bar is drawn anew with every step: who was in it stays in it, and is led to the result.
  let inBar = false;
  for (const moved of ["focusin", "pointerdown"]) {
    document.addEventListener(moved, (event) => (inBar = Boolean(event.target.closest?.("#evaluation-bar"))));
  }

  window.policyQA.evaluation.barShown = (element, trigger) => {
    const over = element.querySelector("[data-ended]");
    if (inBar && (over || document.activeElement === document.body)) {
      (over ?? element.querySelector("button:not(:disabled)"))?.focus({ preventScroll: true });
    }
    if (element.querySelector("[data-follow]")) {
      if (!following) trigger("input", { follow: true });
      following = true;
      return;
    }
    const ended = following && over;
    following = false;
    if (ended && view().startsWith("results/")) ended.click();
  };

  // What is told, or what was chosen, gets the focus; else it stays where it was.
  window.policyQA.evaluation.viewShown = (element) => {
    window.policyQA.looking.listShown(element);
    const before = shown;
    shown = view();
    if (before === null) return;
    const told = element.querySelector(".evaluation > .box, #question-form .box.error, #question-file .box");
    const opened = before !== shown && element.querySelector("#question-form[open], #compared, #result");
    if (told) {
      focusOn(told);
    } else if (opened) {
      focusOn(opened.querySelector("summary") ?? opened);
      if (opened.matches("#question-form, #compared")) scrollTo(opened);
    } else if (document.activeElement === document.body) {
      element.querySelector(".tab[aria-current]")?.focus({ preventScroll: true });
    }
  };
})();
