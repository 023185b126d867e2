// What every page does in a browser: its settings, buttons of the pieces, safe sending with an input method.
window.policyQA = {};
(() => {
  const root = document.documentElement;
  const kept = "policy_qa_settings";
  const languages = ["ja", "en"];

  // A browser may forbid to keep anything: then a setting lasts as long as the page.
  let settings = { theme: "system", size: "standard" };
  try {
    settings = { ...settings, ...JSON.parse(localStorage.getItem(kept) ?? "{}") };
  } catch {}

  const keptLanguage = () => document.cookie.match(/(?:^|; )policy_qa_language=(\w+)/)?.[1];
  const keepLanguage = (language) => {
    document.cookie = `policy_qa_language=${language}; path=/; max-age=34560000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
  };
  const asked = new URLSearchParams(location.search).get("lang");
  if (languages.includes(asked)) keepLanguage(asked);
  const language = [asked, keptLanguage()].find((known) => languages.includes(known)) ?? "__LANGUAGE__";
  // Gradio says its own language there, when it has loaded its words.
  const speak = () => root.lang !== language && (root.lang = language);
  speak();
  new MutationObserver(speak).observe(root, { attributes: true, attributeFilter: ["lang"] });

  // Gradio sets its own theme by the system's, whenever that changes: what was chosen here goes before it.
  const systemDark = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => {
    const dark = settings.theme === "dark" || (settings.theme !== "light" && systemDark.matches);
    root.dataset.theme = dark ? "dark" : "light";
    root.dataset.size = settings.size;
    document.body?.classList.toggle("dark", dark);
  };
  paint();
  systemDark.addEventListener("change", paint);
  document.addEventListener("DOMContentLoaded", () => {
    paint();
    new MutationObserver(paint).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  });

  document.addEventListener("change", (event) => {
    const name = event.target.name;
    if (name === "setting-language") {
      keepLanguage(event.target.value);
      const address = new URL(location.href);
      address.searchParams.delete("lang");
      location.replace(address);
    } else if (name === "setting-theme" || name === "setting-size") {
      settings[name.slice("setting-".length)] = event.target.value;
      try {
        localStorage.setItem(kept, JSON.stringify(settings));
      } catch {}
      paint();
    }
  });

  window.policyQA.headShown = (element) => {
    document.title = element.querySelector("[data-title]")?.dataset.title ?? document.title;
    let conversation = null;
    try {
      conversation = sessionStorage.getItem("policy_qa_conversation");
    } catch {}
    const chat = element.querySelector('.pages a[href="./"]');
    if (chat && conversation) chat.search = `?c=${encodeURIComponent(conversation)}`;
    // Where the pages do not fit beside each other, the one that is shown is in sight.
    const pages = element.querySelector(".pages");
    const here = pages?.querySelector("[aria-current]");
    if (here) pages.scrollLeft += here.getBoundingClientRect().right - pages.getBoundingClientRect().right + 24;
    for (const [name, value] of Object.entries(settings)) {
      const choice = element.querySelector(`input[name="setting-${name}"][value="${CSS.escape(value)}"]`);
      if (choice) choice.checked = true;
    }
  };

  // Settings and menus close like a menu.
  const openSettings = () => document.querySelector("details:is(.settings, .menu)[open]");
  document.addEventListener("click", (event) => {
    const open = openSettings();
    if (open && !open.contains(event.target)) open.open = false;
    const skip = event.target.closest?.("a.skip");
    if (skip) {
      event.preventDefault();
      window.policyQA.focusOn(window.policyQA.start?.() ?? document.getElementById("content"));
    }
  });
  document.addEventListener("keydown", (event) => {
    const open = openSettings();
    if (event.key !== "Escape" || !open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });

  // A button of a piece says by its attributes which event it is and what it carries.
  window.policyQA.presses = (element, trigger) => {
    window.policyQA.forms(element, trigger);
    element.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-event]");
      if (!button || button.disabled || !confirmed(button)) return;
      const value = JSON.parse(button.dataset.value);
      const fields = button.closest("[data-form]")?.querySelectorAll("[name]") ?? [];
      for (const field of fields) value[field.name] = field.value;
      trigger(button.dataset.event, value);
    });
    element.addEventListener("keydown", (event) => {
      const form = event.target.matches("input") && event.target.closest("[data-form]");
      if (event.key === "Enter" && form) form.querySelector("button[data-event]")?.click();
    });
  };
  // What cannot be undone is pressed twice.
  const confirmed = (button) => {
    if (!button.dataset.confirm) return true;
    const said = button.textContent;
    const name = button.getAttribute("aria-label");
    button.textContent = button.dataset.confirm;
    if (name) button.setAttribute("aria-label", `${name}：${button.dataset.confirm}`);
    delete button.dataset.confirm;
    setTimeout(() => {
      button.dataset.confirm = button.textContent;
      button.textContent = said;
      if (name) button.setAttribute("aria-label", name);
    }, 6000);
    return false;
  };

  // Who is not signed in any more is asked to sign in, and comes back to the same page.
  const fetched = window.fetch;
  window.fetch = async (...request) => {
    const response = await fetched(...request);
    if (response.status === 401 && new URL(response.url).origin === location.origin) {
      location.assign(`./sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
    }
    return response;
  };

  document.addEventListener("click", async (event) => {
    if (!event.target.closest?.("button[data-sign-out]")) return;
    await fetched("./sign-out", { method: "POST" });
    location.assign("./sign-in?out=1");
  });

  // A line that shows for a moment, whoever says it.
  let leaving = 0;
  window.policyQA.noticeShown = (element) => {
    element.dataset.shown = "true";
    clearTimeout(leaving);
    leaving = setTimeout(() => delete element.dataset.shown, 6000);
  };
  window.policyQA.announce = (line) => {
    const place = document.querySelector("#notice .html-container, #notice");
    if (!place) return;
    const said = Object.assign(document.createElement("p"), { className: "announcement", textContent: line });
    said.setAttribute("role", "status");
    place.replaceChildren(said);
    window.policyQA.noticeShown(document.getElementById("notice"));
  };

  // Browsers hand out their clipboard to pages of this machine or with a certificate only; the older way needs neither.
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const area = Object.assign(document.createElement("textarea"), { value: text });
      area.style.position = "fixed";
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      return done;
    }
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("button[data-copy]");
    if (!button) return;
    const words = document.querySelector("[data-copied]").dataset;
    window.policyQA.announce((await copy(button.dataset.copy)) ? words.copied : words.notCopied);
    button.focus();
  });

  window.policyQA.scrollTo = (element) => {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    element.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  };
  // What is marked in an excerpt comes into sight within it.
  window.policyQA.showMark = (panel) => {
    const excerpt = panel?.querySelector(".excerpt");
    const mark = excerpt?.querySelector("mark");
    if (mark) excerpt.scrollTop += mark.getBoundingClientRect().top - excerpt.getBoundingClientRect().top - 48;
  };
  // On a wide screen what gets the focus stands beside what had it and is in sight: nothing scrolls.
  window.policyQA.focusOn = (element) => {
    if (!element) return;
    if (!element.matches("button, a, input, textarea, select, [tabindex]")) element.tabIndex = -1;
    element.focus({ preventScroll: true });
    if (matchMedia("(max-width: 900px)").matches) window.policyQA.scrollTo(element);
  };

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
})();
