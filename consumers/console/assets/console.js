// Small conveniences. Every page works without them.
"use strict";

const TYPED = "input, textarea, select, [contenteditable]";

document.addEventListener("keydown", (event) => {
  const isPlain = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey;
  const box = document.querySelector("[data-search]");
  if (!isPlain || event.target.matches(TYPED)) return;
  event.preventDefault();
  if (box) {
    box.focus();
    box.select();
  } else {
    document.querySelector('nav a[href="/search"]')?.click();
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});

// The keyboard goes on with the first of the hits that were added, or in the form that came back.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = event.detail;
  if (xhr.status >= 400 && xhr.getResponseHeader("HX-Reswap")) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
  if (!event.detail.shouldSwap) return;
  const [list, before] = [target.parentElement, target.previousElementSibling];
  document.addEventListener(
    "htmx:afterSettle",
    () => {
      const added = before ? before.nextElementSibling : list.firstElementChild;
      (added?.querySelector("[autofocus]") ?? added?.querySelector("a"))?.focus({ preventScroll: true });
    },
    { once: true },
  );
});

// What a script asked for and did not get is told.
for (const failure of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(failure, () => (document.querySelector("[data-failed]").hidden = false));
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// On a phone the names of the pages do not fit side by side: the present one is in sight.
const [pages, present] = [document.querySelector(".pages"), document.querySelector(".pages [aria-current]")];
if (present) pages.scrollLeft = present.offsetLeft - pages.offsetLeft - (pages.clientWidth - present.offsetWidth) / 2;

// A menu closes when the reader turns elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
