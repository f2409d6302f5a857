// The little that the console's pages do in the browser beside htmx. Everything works without it but copying.

/** Times are shown in the viewer's zone: told to the server by a cookie, good from the next page on. */
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.includes(`zone=${encodeURIComponent(zone)}`))
  document.cookie = `zone=${encodeURIComponent(zone)}; path=/ops; max-age=31536000; samesite=strict`;

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const copy = target?.closest("[data-copy]");
  if (copy instanceof HTMLElement) {
    const label = copy.textContent;
    navigator.clipboard.writeText(copy.dataset.copy ?? "").then(() => {
      copy.textContent = "Copied";
      setTimeout(() => {
        copy.textContent = label;
      }, 1_500);
    });
  }
  const menu = target?.closest("button.menu");
  if (menu) {
    const open = menu.getAttribute("aria-expanded") !== "true";
    menu.setAttribute("aria-expanded", String(open));
  }
});

document.addEventListener("keydown", (event) => {
  const typing =
    event.target instanceof HTMLElement && event.target.matches("input, textarea, select, [contenteditable]");
  if (event.key === "Escape") {
    for (const open of document.querySelectorAll("details.confirm[open]")) open.removeAttribute("open");
    if (typing && event.target.closest(".find")) event.target.blur();
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") {
    event.preventDefault();
    document.querySelector(".find input")?.focus();
  }
});

/** A form that changes its list at once: selects and dates send it. */
document.addEventListener("change", (event) => {
  const form = event.target instanceof HTMLElement ? event.target.closest("form[data-auto]") : null;
  if (form instanceof HTMLFormElement) form.requestSubmit();
});

/** What was changed and not sent is not lost by a slip: the browser asks. */
let changed = false;
document.addEventListener("input", (event) => {
  if (event.target instanceof HTMLElement && event.target.closest("form[data-guard]")) changed = true;
});
document.addEventListener("submit", () => {
  changed = false;
});
addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});
