// What is new, for all tabs of a browser at once: it opens six connections to a host and no more,
// and a stream for each tab would leave none to load the seventh with.
const tabs = new Set();
let latest;
const news = new EventSource("/-/press/news");
news.onmessage = (event) => {
  latest = JSON.parse(event.data);
  for (const tab of tabs) tab.postMessage(latest);
};
news.onerror = () => (latest = undefined); // until it is connected again, nobody knows
addEventListener("connect", ({ ports: [tab] }) => {
  tabs.add(tab);
  tab.onmessage = () => tabs.delete(tab); // it says so when it goes
  if (latest) tab.postMessage(latest);
});
