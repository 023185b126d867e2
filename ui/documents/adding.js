// Sending documents: what is dropped on the page or chosen goes to the server file by file, and is then registered with a form.
(() => {
  const AT_ONCE = 2;
  const zone = () => document.querySelector("#adding .dropzone");
  const list = () => document.querySelector("#adding .sending");
  const waiting = [];
  let running = 0;
  let arrived = 0;
  let total = 0;

  const made = (name, attributes, text) => {
    const element = Object.assign(document.createElement(name), attributes);
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const identity = () =>
    [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  // A row for each file: its name, how far it is, and the way to stop it.
  const row = (name) => {
    const item = made("li", {});
    const told = made("p", { className: "told" });
    const button = made("button", { type: "button", className: "quiet" });
    const progress = made("progress", { max: 1, value: 0 });
    progress.setAttribute("aria-label", name);
    item.append(made("p", { className: "name" }, name), progress, told, button);
    list().append(item);
    const says = (line, label, pressed) => {
      told.textContent = line;
      button.textContent = label;
      button.setAttribute("aria-label", `${label}: ${name}`);
      button.onclick = pressed;
    };
    const failed = (line) => {
      progress.remove();
      item.className = "failed";
      told.setAttribute("role", "alert");
      says(line, zone().dataset.dismiss, () => {
        item.remove();
        window.policyQA.focusOn(zone().querySelector("input"));
      });
    };
    return { item, progress, says, failed };
  };

  const begin = (files) => {
    for (const file of files) {
      total += 1;
      // Half a pair of surrogates, which a name of a file can hold, cannot be sent.
      const name = file.name.replace(/[\ud800-\udfff]/gu, "").slice(-500);
      const shown = row(name || "?");
      const words = zone().dataset;
      if (file.isFolder) shown.failed(words.folder);
      else if (!file.size) shown.failed(words.noFile);
      else if (file.size > Number(words.limit)) shown.failed(words.tooLarge);
      else {
        const one = { file, name, shown, id: identity() };
        shown.says("", words.cancel, () => cancel(one));
        waiting.push(one);
      }
    }
    next();
  };

  const next = () => {
    while (running < AT_ONCE && waiting.length) send(waiting.shift());
    if (!running && !waiting.length && total) finish();
  };

  const send = (one) => {
    running += 1;
    const { shown, file } = one;
    const words = zone().dataset;
    const request = new XMLHttpRequest();
    one.request = request;
    const ended = (line) => {
      running -= 1;
      if (line === undefined) {
        arrived += 1;
        shown.item.remove();
      } else shown.failed(line);
      next();
    };
    shown.says(words.sending, words.cancel, () => cancel(one));
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) shown.progress.value = event.loaded / event.total;
    };
    request.upload.onload = () => {
      shown.progress.removeAttribute("value");
      shown.says(words.checking, words.cancel, () => cancel(one));
    };
    request.onload = () => {
      if (request.status === 200) return ended();
      let line = words.broken;
      try {
        line = JSON.parse(request.responseText).error.message;
      } catch {}
      ended(line);
    };
    request.onerror = () => ended(words.broken);
    request.onabort = () => ended(words.cancelled);
    request.open("PUT", `api/uploads/${one.id}?name=${encodeURIComponent(one.name)}`);
    request.send(file);
  };

  const cancel = (one) => {
    const at = waiting.indexOf(one);
    if (at >= 0) {
      waiting.splice(at, 1);
      one.shown.failed(zone().dataset.cancelled);
      return next();
    }
    fetch(`api/uploads/${one.id}`, { method: "DELETE", keepalive: true }).catch(() => {});
    one.request.abort();
  };

  const finish = () => {
    const told = zone().dataset.told.replace("{total}", total).replace("{done}", arrived);
    document.querySelector("#adding [role=status]").textContent = told;
    if (arrived) refresh();
    total = arrived = 0;
  };

  // The server draws the forms; what was written into those that stand there goes along, so that it is there again.
  const written = () => {
    const form = document.getElementById("registering-form");
    const fields = {};
    if (form) for (const [name, value] of new FormData(form)) (fields[name] ??= []).push(value);
    return fields;
  };
  const refresh = () => {
    const button = document.querySelector("#registering .arrived");
    if (!button) return;
    button.dataset.value = JSON.stringify({ received: true, written: written() });
    button.click();
  };
  document.addEventListener(
    "click",
    (event) => {
      const button = event.target.closest?.('#registering .upload-actions button[data-event="click"]');
      if (button) button.dataset.value = JSON.stringify({ ...JSON.parse(button.dataset.value), written: written() });
      const copy = event.target.closest?.("#registering .copy-first");
      if (copy) copyFirst(copy.closest(".upload"));
    },
    true,
  );

  const copyFirst = (first) => {
    const fields = ["publishers", "date", "type", "status", "terms", "new-label"];
    for (const other of document.querySelectorAll("#registering .upload")) {
      if (other === first) continue;
      for (const name of fields) {
        const from = first.querySelector(`[name="${name}-${first.dataset.upload}"]`);
        const to = other.querySelector(`[name="${name}-${other.dataset.upload}"]`);
        if (from && to) to.value = from.value;
      }
      const ticked = new Set([...first.querySelectorAll('[name^="label-"]:checked')].map((box) => box.value));
      for (const box of other.querySelectorAll('[name^="label-"]')) box.checked = ticked.has(box.value);
    }
  };

  // Dropped anywhere on the page: a file that misses its place must not be opened instead of the page.
  const carries = (event) => zone() && [...(event.dataTransfer?.types ?? [])].includes("Files");
  for (const name of ["dragenter", "dragover"])
    document.addEventListener(name, (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      zone().dataset.over = "true";
    });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) delete zone()?.dataset.over;
  });
  document.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    delete zone().dataset.over;
    const items = [...event.dataTransfer.items].filter((item) => item.kind === "file");
    const folders = items.map((item) => item.webkitGetAsEntry?.()?.isDirectory);
    begin([...event.dataTransfer.files].map((file, at) => (folders[at] ? { name: file.name, isFolder: true } : file)));
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches?.("#adding input[type=file]")) return;
    begin([...event.target.files]);
    event.target.value = "";
  });

  window.policyQA.looking.uploadsShown = (element) => {
    const form = element.querySelector("#registering-form");
    const first = form?.querySelector(".upload input:not([type=hidden])");
    // Whoever has just chosen files goes on with their forms.
    if (first && document.activeElement?.closest("#adding")) window.policyQA.focusOn(first);
    else window.policyQA.looking.keepFocus(element);
    const told = element.querySelector("[role=alert], .box.good, .box.notice[role=status]");
    if (told) window.policyQA.scrollTo(told);
  };
})();
