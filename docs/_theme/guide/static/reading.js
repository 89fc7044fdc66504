// Comforts for readers: notes of terms by tap and Escape, English beneath each block, what is overdue.
"use strict";

(() => {
  // -- Terms: the style sheet shows the note of a term that is pointed at or has the focus. On
  // touch screens the first tap shows it, and the second follows the link to the glossary. A note
  // can cover the next term: a tap on it closes it.

  const closeTerms = (except) => {
    for (const term of document.querySelectorAll(".term.open")) {
      if (term !== except) term.classList.remove("open");
    }
  };

  const showWhole = (term) => term.querySelector(".term-note")?.scrollIntoView({ block: "nearest" });

  // For the keyboard only: a page that scrolls under a finger would lose its tap.
  const onFocus = (event) => {
    const term = event.target.closest(".term");
    if (term && event.target.matches(":focus-visible")) showWhole(term);
  };

  // Not by a style alone: what was touched last counts as pointed at. A finger that is lifted has
  // left already for pointerleave; mouseleave comes when something else is touched.
  const dismiss = (term) => {
    term.classList.remove("open");
    term.classList.add("dismissed");
    const show = () => term.classList.remove("dismissed");
    term.addEventListener("mouseleave", show, { once: true });
    term.addEventListener("focusout", show, { once: true });
  };

  const onClick = (event) => {
    const term = event.target.closest(".term");
    closeTerms(term);
    const byTouch = event.pointerType ? event.pointerType === "touch" : matchMedia("(hover: none)").matches;
    if (!byTouch || !term) return;
    if (event.target.closest(".term-note")) {
      dismiss(term);
      return;
    }
    if (term.classList.contains("open")) return;
    event.preventDefault();
    term.classList.remove("dismissed");
    term.classList.add("open");
    showWhole(term);
  };

  const onEscape = (event) => {
    if (event.key !== "Escape") return;
    closeTerms();
    document.querySelectorAll(".term:hover, .term:focus-within").forEach(dismiss);
  };

  // -- What is overdue. Days are compared as text, in the calendar of the reader's device.

  const showOverdue = () => {
    const now = new Date();
    const pad = (number) => String(number).padStart(2, "0");
    const today = `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`;
    for (const note of document.querySelectorAll("[data-due]")) note.hidden = note.dataset.due >= today;
  };

  // -- English beneath each block, for families that share two languages. It stays on from page
  // to page in this tab, and is forgotten when the tab is closed.

  const KEY = "bilingual";

  const isRemembered = () => {
    try {
      return sessionStorage.getItem(KEY) === "on";
    } catch {
      return false; // storage is blocked
    }
  };

  const remember = (on) => {
    try {
      if (on) sessionStorage.setItem(KEY, "on");
      else sessionStorage.removeItem(KEY);
    } catch {
      // it holds for this page only
    }
  };

  // Words and their emphasis, without links, notes, ids and whatever else they carry.
  const copyWords = (from, to) => {
    for (const node of from.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) to.append(node.data);
      if (node.nodeType !== Node.ELEMENT_NODE || node.hidden) continue;
      const isEmphasis = node.matches("strong, em");
      const inside = isEmphasis ? document.createElement(node.localName) : to;
      if (isEmphasis) to.append(inside);
      copyWords(node, inside);
    }
  };

  const addEnglish = (english) => {
    for (const block of document.querySelectorAll("article [data-block]")) {
      const source = english.querySelector(`article [data-block="${block.dataset.block}"]`);
      if (!source || block.lang === "en") continue;
      const words = document.createElement("span");
      words.className = "english";
      words.lang = "en";
      words.dir = "ltr";
      copyWords(source, words);
      // A title that is not translated yet, or a number.
      if (words.textContent.trim() !== block.textContent.trim()) block.append(words);
    }
    labelInEnglish();
  };

  // On phones the names of the columns stand in the cells.
  const labelInEnglish = () => {
    for (const table of document.querySelectorAll("table.labelled")) {
      const heads = table.tHead.rows[0].cells;
      for (const cell of table.querySelectorAll("[data-label]")) {
        const words = heads[cell.cellIndex].querySelector(".english");
        if (words) cell.dataset.labelEnglish = words.textContent;
      }
    }
  };

  const removeEnglish = () => {
    for (const words of document.querySelectorAll(".english")) words.remove();
    for (const cell of document.querySelectorAll("[data-label-english]")) delete cell.dataset.labelEnglish;
  };

  const offerEnglish = () => {
    const box = document.querySelector(".guide-bilingual");
    // A page that is opened from the disk cannot read another one.
    if (!box || location.protocol === "file:") return;
    const button = box.querySelector("button");
    const status = box.querySelector("[role=status]");
    const address = document.querySelector('.guide-state a[hreflang="en"]').href;
    let loaded = null;

    const load = async () => {
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(answer.statusText);
      return new DOMParser().parseFromString(await answer.text(), "text/html");
    };

    const isOn = () => button.getAttribute("aria-pressed") === "true";

    const turn = async (on) => {
      button.setAttribute("aria-pressed", String(on));
      remember(on);
      status.textContent = "";
      removeEnglish();
      if (!on) return;
      loaded ??= load();
      try {
        const english = await loaded;
        if (isOn() && !document.querySelector(".english")) addEnglish(english);
      } catch {
        loaded = null;
        button.setAttribute("aria-pressed", "false");
        status.textContent = status.dataset.failed;
      }
    };

    box.hidden = false;
    button.addEventListener("click", () => turn(!isOn()));
    if (!isRemembered()) return;
    box.closest("details").open = true; // who has turned it on finds where to turn it off
    turn(true);
  };

  // -- Tables: on phones they are laid out in another way, and some browsers forget then what
  // their parts are.

  const nameParts = () => {
    for (const table of document.querySelectorAll("table.labelled")) {
      table.setAttribute("role", "table");
      for (const group of [table.tHead, ...table.tBodies]) group.setAttribute("role", "rowgroup");
      for (const row of table.rows) {
        row.setAttribute("role", "row");
        for (const cell of row.cells) {
          const head = row.parentElement === table.tHead ? "columnheader" : "rowheader";
          cell.setAttribute("role", cell.localName === "th" ? head : "cell");
        }
      }
    }
  };

  // Closed lists of numbers would be missing on paper.
  const openForPrint = () => {
    const closed = document.querySelectorAll("article details:not([open]):not(.guide-print)");
    for (const details of closed) details.open = true;
    const close = () => closed.forEach((details) => (details.open = false));
    window.addEventListener("afterprint", close, { once: true });
  };

  document.addEventListener("click", onClick);
  document.addEventListener("focusin", onFocus);
  document.addEventListener("keydown", onEscape);
  window.addEventListener("beforeprint", openForPrint);
  nameParts();
  showOverdue();
  offerEnglish();
})();
