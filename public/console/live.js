// The live page: rows and gauges come made from the server and are put in their places. Rests while the tab is hidden or the viewer pauses,
// and goes on from the last row it has seen.
const table = document.getElementById("live");
const state = document.getElementById("live-state");
const pause = document.getElementById("live-pause");
const skipped = document.getElementById("live-skipped");
const MOST_ROWS = 200;

let source = null;
let after = table.dataset.after;
let paused = false;

function say(text, tone) {
  if (state.textContent === text) return;
  state.textContent = text;
  state.className = `badge ${tone}`;
}

function open() {
  if (source || paused || document.hidden) return;
  source = new EventSource(`${table.dataset.stream}?after=${after}`);
  source.addEventListener("open", () => say("live", "good"));
  source.addEventListener("error", () => {
    // A closed source does not come back by itself: signed out, or refused.
    const gone = source?.readyState === EventSource.CLOSED;
    say(gone ? "stopped: load the page again" : "connecting again", "warn");
  });
  source.addEventListener("rows", (event) => {
    after = event.lastEventId || after;
    document.getElementById("live-empty").hidden = true;
    skipped.hidden = true;
    const body = table.tBodies[0];
    body.insertAdjacentHTML("afterbegin", event.data);
    while (body.rows.length > MOST_ROWS) body.deleteRow(-1);
  });
  source.addEventListener("skipped", (event) => {
    skipped.textContent = event.data;
    skipped.hidden = false;
  });
  source.addEventListener("gauges", (event) => {
    const gauges = document.getElementById("gauges");
    // Whoever is at a link in them keeps his place.
    const at = gauges.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    gauges.outerHTML = event.data;
    if (at) document.querySelector(`#gauges a[href="${CSS.escape(at)}"]`)?.focus();
  });
}

function close(text) {
  source?.close();
  source = null;
  say(text, "quiet");
}

pause.hidden = false;
pause.addEventListener("click", () => {
  paused = !paused;
  pause.textContent = paused ? "Go on" : "Pause";
  if (paused) close("paused");
  else open();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) close("resting while hidden");
  else open();
});
addEventListener("pagehide", () => close("resting while hidden"));
addEventListener("pageshow", open);
open();
