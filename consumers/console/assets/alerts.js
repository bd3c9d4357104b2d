// Alerts as they come, behind the newest that the page shows. A lost connection is taken up where it ended.
"use strict";

const list = document.querySelector("[data-alerts]");
const told = document.querySelector("[data-live]");
const row = document.querySelector("[data-row]");
const feed = new EventSource(`/api/v1/alerts/stream?after=${list.dataset.newest}`);
const isChinese = list.dataset.language === "zh";
const MOST = 500;
let came = 0;

function tell(text, isLive) {
  told.textContent = came ? `${text} · ${told.dataset.came} ${came}` : text;
  told.classList.toggle("on", isLive);
}

function shown(alert) {
  const item = row.content.cloneNode(true).firstElementChild;
  const field = (name) => item.querySelector(`[data-field="${name}"]`);
  item.dataset.alert = alert.alert_id;
  field("label").textContent = isChinese ? alert.label : alert.rule.replaceAll("_", " ");
  field("label").classList.add(`rule-${alert.rule}`);
  field("text").textContent = isChinese ? alert.message : alert.message_en || alert.message;
  field("day").textContent = new Date(alert.raised_at).toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" });
  if (alert.unit) field("open").href = `/cases/${encodeURIComponent(alert.subject)}`;
  else field("open").remove();
  if (alert.is_own) item.querySelectorAll("form, .put-off").forEach((act) => act.remove());
  for (const form of item.querySelectorAll("form")) {
    form.action = form.getAttribute("action").replace("ALERT", encodeURIComponent(alert.alert_id));
    form.setAttribute("hx-post", form.getAttribute("action"));
  }
  return item;
}

feed.addEventListener("open", () => tell(told.dataset.on, true));
feed.addEventListener("error", () => tell(told.dataset.off, false));
feed.addEventListener("alert", (event) => {
  const alert = JSON.parse(event.data);
  if (list.querySelector(`[data-alert="${CSS.escape(alert.alert_id)}"]`)) return; // came while the page was made
  came += 1;
  list.querySelector("[data-none]")?.remove();
  list.prepend(shown(alert));
  htmx.process(list.firstElementChild);
  while (list.children.length > MOST) list.lastElementChild.remove();
  tell(told.dataset.on, true);
});
window.addEventListener("pagehide", () => feed.close());
