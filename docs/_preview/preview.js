// The live preview: which message of the catalog is this block, and in which state?
// Served by scripts/preview.py only. Catalog text enters the page as text, never as markup.
"use strict";

(() => {
  const setting = (name) => document.querySelector(`meta[name="preview-${name}"]`).content;
  const page = setting("page");

  // Signs and words beside the colours: nobody has to tell colours apart.
  const STATES = {
    untranslated: { sign: "✎", words: "untranslated" },
    fuzzy: { sign: "≈", words: "fuzzy: check it, then remove the mark" },
    translated: { sign: "✓", words: "translated" },
    "second-read": { sign: "✓✓", words: "second-read" },
    reviewed: { sign: "★", words: "reviewed" },
  };

  const create = (tag, className, text = "") => {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = text;
    return element;
  };

  const createEnglish = (tag, className, text = "") => {
    const element = create(tag, className, text);
    element.lang = "en";
    element.dir = "ltr";
    return element;
  };

  // Pictures hold nothing: their notes stand behind them.
  const append = (block, note) => (block.tagName === "IMG" ? block.after(note) : block.append(note));

  const label = (message) => {
    const { sign, words } = STATES[message.state];
    const link = createEnglish("a", "preview-label", `${sign} ${message.place} · ${words}`);
    link.href = message.edit;
    link.title = "Open this line in the editor";
    return link;
  };

  const mark = (message) => {
    const blocks = [...document.getElementsByClassName(message.class)];
    for (const block of blocks) {
      block.classList.add("preview-message", `preview-${message.state}`);
      append(block, createEnglish("span", "preview-english", message.english));
      append(block, label(message));
    }
    return blocks.length > 0;
  };

  const unmark = () => {
    document.querySelectorAll(".preview-label, .preview-english").forEach((note) => note.remove());
    for (const block of document.querySelectorAll(".preview-message")) {
      block.classList.remove("preview-message", ...Object.keys(STATES).map((state) => `preview-${state}`));
    }
  };

  const bar = createEnglish("aside", "preview-bar");
  bar.setAttribute("aria-label", "Live preview");

  const switchEnglish = createEnglish("button", "preview-switch", "Show the English");
  const showEnglish = (shown) => {
    document.documentElement.classList.toggle("preview-with-english", shown);
    switchEnglish.setAttribute("aria-pressed", String(shown));
    sessionStorage.setItem("preview-english", shown ? "yes" : "");
  };
  switchEnglish.type = "button";
  switchEnglish.addEventListener("click", () => {
    showEnglish(switchEnglish.getAttribute("aria-pressed") !== "true");
  });

  const legend = (messages) => {
    const list = create("ul", "preview-legend");
    for (const [state, { sign, words }] of Object.entries(STATES)) {
      const count = messages.filter((message) => message.state === state).length;
      if (count) list.append(create("li", `preview-${state}`, `${sign} ${count} ${words.split(":")[0]}`));
    }
    return list;
  };

  const problems = (sentences) => {
    const box = create("div", "preview-problems");
    box.setAttribute("role", "alert");
    box.append(create("strong", "", "This needs mending. Where a catalog is broken, you see its last good page."));
    const list = create("ul", "");
    list.append(...sentences.map((sentence) => create("li", "", sentence)));
    box.append(list);
    return box;
  };

  const elsewhere = (messages) => {
    const box = create("details", "preview-elsewhere");
    box.append(create("summary", "", `${messages.length} not in the text of this page`));
    const list = create("ul", "");
    for (const message of messages) {
      const item = create("li", "", `${message.english} `);
      item.append(label(message));
      list.append(item);
    }
    box.append(list);
    return box;
  };

  const refresh = async () => {
    const answer = await fetch(`/_preview/messages?page=${encodeURIComponent(page)}`);
    const data = await answer.json();
    unmark();
    const hidden = data.messages.filter((message) => !mark(message));
    bar.replaceChildren(
      ...(data.problems.length ? [problems(data.problems)] : []),
      create("strong", "", data.catalog),
      legend(data.messages),
      switchEnglish,
      ...(hidden.length ? [elsewhere(hidden)] : []),
    );
    document.documentElement.dataset.preview = "ready";
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.body.append(bar);
    showEnglish(sessionStorage.getItem("preview-english") === "yes");
    refresh();
    const query = new URLSearchParams({ page, version: setting("version") });
    const events = new EventSource(`/_preview/events?${query}`);
    events.addEventListener("reload", () => location.reload());
    events.addEventListener("refresh", refresh);
  });
})();
