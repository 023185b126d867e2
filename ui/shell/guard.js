// What Gradio finds before it begins: the description of the page, functions for what it would compile out of text, which the page's
// policy forbids, and where a browser knows Trusted Types a second look at all markup.
(() => {
  const sheets = [];
  const described = (id) => JSON.parse(document.getElementById(id).textContent);
  window.__gradio_mode__ = "app";
  window.gradio_config = described("gradio-config");
  window.gradio_api_info = described("gradio-api-info");

  // Style sheets that a script makes may stand here; those that come out of markup lack the nonce.
  const nonce = document.currentScript.nonce;
  const create = Document.prototype.createElement;
  Document.prototype.createElement = function (name, options) {
    const made = create.call(this, name, options);
    if (made instanceof HTMLStyleElement) {
      made.nonce = nonce;
      sheets.push(made);
    }
    return made;
  };

  // Gradio's component for markup compiles its template with Handlebars, then as a template literal, and runs the behaviour it was given.
  // All of these are known beforehand; for anything else the browser's own compiler is asked, and refuses.
  const behaviours = new Map([
__COMPILED__
  ]);
  const known = (parameters, body) => {
    const constant = /^\s*return ("(?:[^"\\]|\\.)*");\s*$/.exec(body);
    if (constant) {
      const text = JSON.parse(constant[1]);
      return () => text;
    }
    if (body === "return ``;") return () => "";
    if (body === "return `${value}`;") {
      const at = parameters.indexOf("value");
      return (...given) => `${given[at]}`;
    }
    return behaviours.get(body);
  };
  window.Function = new Proxy(Function, {
    apply(compile, self, given) {
      const parts = given.map(String);
      return known(parts.slice(0, -1), parts.at(-1)) ?? Reflect.apply(compile, self, given);
    },
  });

  // The second look: markup of the pages has these elements and attributes, and addresses of this server. The first look is that of the
  // server, which writes every text of a document, a file name or a question as text (ui/render.py); here nothing is left to do.
  if (!window.trustedTypes) return;
  const elements = new Set(
    (
      "a article blockquote br button caption datalist dd details div dl dt em fieldset figcaption figure form h1 h2 h3 h4 header hr img " +
      "input label legend li mark nav ol option p path pre progress section select small span strong summary svg table tbody td textarea " +
      "tfoot th thead time tr ul"
    ).split(" "),
  );
  const attributes =
    /^(?:(?:aria|data)-[a-z-]+|accept|alt|autocomplete|autofocus|checked|class|cols|colspan|d|datetime|disabled|download|for|height|hidden|href|id|inputmode|lang|list|loading|max|maxlength|min|minlength|multiple|name|open|pattern|placeholder|readonly|rel|required|role|rows|rowspan|scope|selected|size|src|start|step|style|tabindex|target|title|type|value|viewbox|width)$/i;
  const styles = /^(?:inline-size: [\d.]+%|aspect-ratio: [\d.]+ \/ [\d.]+)$/;
  const isOurs = (address) => {
    try {
      const full = new URL(address, document.baseURI);
      return full.origin === location.origin && /^https?:$/.test(full.protocol);
    } catch {
      return false;
    }
  };
  const isFine = ({ name, value }) =>
    attributes.test(name) && (!/^(?:href|src)$/i.test(name) || isOurs(value)) && (name !== "style" || styles.test(value));
  const isKnown = (element) => elements.has(element.localName) && [...element.attributes].every(isFine);

  // Gradio makes the sheet of our style files, takes it off the page again and writes its text as markup: it is put back instead.
  const putBack = (element) => {
    const made = element.localName === "style" && sheets.find((sheet) => sheet.textContent === element.textContent);
    if (made && !made.isConnected) document.head.append(made);
    if (made) element.remove();
    return Boolean(made);
  };

  const plain = trustedTypes.createPolicy("policy-qa", { createHTML: (markup) => markup });
  trustedTypes.createPolicy("default", {
    createHTML(markup) {
      const read = document.createElement("template");
      read.innerHTML = plain.createHTML(markup);
      const other = [...read.content.querySelectorAll("*")].filter((element) => !isKnown(element));
      if (!other.length) return markup;
      const foreign = other.filter((element) => !putBack(element));
      if (!foreign.length) return read.innerHTML;
      for (const element of foreign) element.replaceWith(element.outerHTML);
      console.error(`refused in a page: ${foreign.map((element) => element.outerHTML.slice(0, 200)).join(" ")}`);
      return read.innerHTML;
    },
  });
})();
