// What the reader's kept searches find, as it comes, on every page. Only the page in front is connected: a browser opens
// few connections to one host. What came meanwhile is told when the page comes back, and each find once in a tab.
// A module: names of its own, beside those of the page's script.

const notices = document.querySelector("[data-found]");
const badge = document.querySelector("[data-found-count]");
const KEPT = `found.${notices.dataset.viewer}`;
const SHOWN = 3;
const isListed = document.querySelector("[data-kept]") !== null;
const known = remembered();
let feed = null;

// Places and counts only: what was found is asked for again, with the rights of that moment.
function remembered() {
  const newest = Number(notices.dataset.newest);
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  const isOurs = kept !== null && kept.at <= newest; // another topic begins anew
  return isOurs && !isListed ? kept : { at: newest, count: 0 };
}

function remember(at, count) {
  known.at = Math.max(known.at, at);
  known.count = count;
  sessionStorage.setItem(KEPT, JSON.stringify(known));
  badge.hidden = count === 0;
  badge.textContent = count;
}

function close() {
  notices.replaceChildren();
}

function line(find) {
  const made = document.querySelector("[data-find]").content.cloneNode(true).firstElementChild;
  made.querySelector('[data-field="name"]').textContent = find.name;
  const open = made.querySelector('[data-field="open"]');
  open.textContent = find.title || find.case_id;
  open.href = `/cases/${encodeURIComponent(find.case_id)}`;
  return made;
}

function tell(find) {
  notices.prepend(line(find));
  const lines = [...notices.querySelectorAll(".find")];
  for (const one of lines.slice(SHOWN)) one.remove();
  notices.querySelector("[data-rest]")?.remove();
  notices.querySelector("button")?.remove();
  if (known.count > SHOWN) {
    const rest = document.createElement("p");
    rest.dataset.rest = "";
    rest.textContent = notices.dataset.more.replace("{count}", known.count - SHOWN);
    notices.append(rest);
  }
  const button = document.querySelector("[data-close]").content.cloneNode(true).firstElementChild;
  button.addEventListener("click", close);
  notices.append(button);
}

function came(event) {
  const find = JSON.parse(event.data);
  if (find.id <= known.at) return;
  remember(find.id, known.count + 1);
  tell(find);
  if (isListed) renew(`[data-kept="${CSS.escape(find.search_id)}"]`);
}

// The search shows what it has found by now. Whoever is working in its card is not disturbed.
async function renew(card) {
  const answer = await fetch("/searches");
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [before, after] = [document.querySelector(card), page.querySelector(card)];
  if (before && after && !before.contains(document.activeElement)) before.replaceWith(after);
}

function connect() {
  if (feed) return;
  feed = new EventSource(`/api/v1/searches/stream?after=${known.at}`);
  feed.addEventListener("found", came);
  feed.addEventListener("reached", (event) => remember(Number(event.lastEventId), known.count));
  feed.addEventListener("open", () => (notices.dataset.live = ""));
}

function leave() {
  feed?.close();
  feed = null;
  delete notices.dataset.live;
}

remember(known.at, known.count);
if (document.visibilityState === "visible") connect();
document.addEventListener("visibilitychange", () => (document.visibilityState === "visible" ? connect() : leave()));
window.addEventListener("pagehide", leave);
window.addEventListener("pageshow", (event) => event.persisted && connect());
