// The page of the evaluation: it follows a run that goes on, and shows its result where results are looked at.
(() => {
  const { focusOn, scrollTo } = window.policyQA;
  window.policyQA.evaluation = {};
  let following = false;
  let shown = null;

  const view = () => document.querySelector(".evaluation")?.dataset.view ?? "";

  window.policyQA.evaluation.barShown = (element, trigger) => {
    if (element.querySelector("[data-follow]")) {
      if (!following) trigger("input", { follow: true });
      following = true;
      return;
    }
    const ended = following && element.querySelector("[data-ended]");
    following = false;
    if (ended && view().startsWith("results/")) ended.click();
  };

  // What was chosen gets the focus where it is another view; else the focus stays where it was.
  window.policyQA.evaluation.viewShown = (element) => {
    window.policyQA.looking.listShown(element);
    const before = shown;
    shown = view();
    if (before === null || before === shown) return;
    const opened = element.querySelector("#question-form[open], #compared, #result");
    if (opened) focusOn(opened.querySelector("summary") ?? opened);
    if (opened?.matches("#question-form, #compared")) scrollTo(opened);
  };
})();
