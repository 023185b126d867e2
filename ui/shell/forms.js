// Forms inside pieces, and a panel that shows the source of what was pressed: what pages for looking around share.
(() => {
  const { focusOn, showMark } = window.policyQA;
  window.policyQA.looking = {};

  // A form says by its attributes which event it sends; it carries every field by name, each as a list. What is live
  // sends whenever a choice in it changes, without a button.
  window.policyQA.forms = (element, trigger) => {
    let waiting;
    const send = async (form, live) => {
      clearTimeout(waiting);
      const fields = {};
      for (const [name, value] of new FormData(form)) {
        // A file goes along as its text. Without one nothing is waited for: two events keep their order.
        (fields[name] ??= []).push(value instanceof File ? await value.text() : value);
      }
      trigger(live || form.dataset.event, live === undefined ? { form: fields } : { form: fields, live: true });
    };
    element.addEventListener("submit", (event) => {
      event.preventDefault();
      send(event.target);
    });
    element.addEventListener("change", (event) => {
      const live = event.target.closest("[data-live]");
      if (!live || ["search", "text"].includes(event.target.type)) return;
      // Choices that follow each other at once are one: two requests under way could arrive in either order.
      clearTimeout(waiting);
      waiting = setTimeout(send, 120, event.target.form, live.dataset.live);
    });
  };

  // What is drawn anew keeps the focus on what had it, found again by its id, or by its event and value.
  let held = null;
  const nameOf = (element) => {
    if (element?.id) return `#${CSS.escape(element.id)}`;
    if (!element?.dataset?.value) return null;
    return `[data-event="${CSS.escape(element.dataset.event)}"][data-value="${CSS.escape(element.dataset.value)}"]`;
  };
  document.addEventListener("focusin", (event) => {
    if (event.target.closest?.(".piece")) held = nameOf(event.target);
  });
  window.policyQA.looking.keepFocus = (element) => {
    if (held && document.activeElement === document.body) element.querySelector(held)?.focus({ preventScroll: true });
  };

  // The panel: it takes the focus when something was opened, and gives it back.
  let openedFrom = null;
  const opener = () =>
    openedFrom && [...document.querySelectorAll(`button[data-event="select"]`)].find((one) => one.dataset.value === openedFrom);
  const mark = () => {
    for (const one of document.querySelectorAll('[data-event="select"][aria-current]')) one.removeAttribute("aria-current");
    opener()?.setAttribute("aria-current", "true");
  };
  document.addEventListener("click", (event) => {
    const pressed = event.target.closest?.('button[data-event="select"]');
    if (pressed && document.getElementById("passage")) openedFrom = pressed.dataset.value;
    if (event.target.closest?.("#passage button[data-back]")) focusOn(opener());
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.activeElement?.closest("#passage")) focusOn(opener());
  });
  window.policyQA.looking.passageShown = (element) => {
    mark();
    showMark(element);
    const panel = element.querySelector("#source-panel");
    if (panel && openedFrom) focusOn(panel);
  };
  window.policyQA.looking.documentShown = (element) => {
    const shown = element.querySelector("#document");
    if (!shown) return;
    history.replaceState(null, "", `${location.pathname}?${shown.dataset.address}`);
    if (held) focusOn(shown);
    window.policyQA.scrollTo(shown);
  };
  window.policyQA.looking.chartShown = (element) => focusOn(element.querySelector("#chart"));

  // What narrows a list stands open beside it, and on a phone above it when it is asked for.
  let narrowing = false;
  window.policyQA.looking.listShown = (element) => {
    mark();
    const narrow = element.querySelector("details.narrow");
    if (narrow) {
      narrow.open = narrowing || !matchMedia("(max-width: 900px)").matches;
      narrow.addEventListener("toggle", () => (narrowing = narrow.open));
    }
    window.policyQA.looking.keepFocus(element);
    // The address says what is shown, so that it can be kept and passed on.
    const address = element.querySelector("[data-address]")?.dataset.address;
    if (address !== undefined) history.replaceState(null, "", `${location.pathname}${address && "?"}${address}`);
  };
})();
