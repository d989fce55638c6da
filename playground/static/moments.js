// Dates as Discord writes them: the nine `<t:…>` styles, and the line above a message.

let language = "en-GB";

/** Write every date from now on as Discord shows it to somebody with this language. */
export function writeIn(locale) {
  language = locale;
}

const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
  s: { dateStyle: "short", timeStyle: "short" },
  S: { dateStyle: "short", timeStyle: "medium" },
};

// Upper bound in seconds, size of the unit, its name. Each bound is below the next unit, because the result is rounded.
const UNITS = [
  [45, 1, "second"],
  [45 * 60, 60, "minute"],
  [22 * 3600, 3600, "hour"],
  [86_400 * 26, 86_400, "day"],
  [86_400 * 320, 86_400 * 30.44, "month"],
  [Infinity, 86_400 * 365.25, "year"],
];

/** "in 3 hours", "2 days ago". Both arguments are seconds since 1970. */
export function relative(seconds, now, locale = language) {
  const difference = seconds - now;
  const size = Math.abs(difference);
  const [, step, unit] = UNITS.find(([bound]) => size < bound);
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(Math.round(difference / step) || 0, unit);
}

/** One timestamp in one style. `options` may fix the locale and the zone; an impossible one is called invalid. */
export function moment(seconds, style, options = {}) {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return "Invalid date";
  const locale = options.locale ?? language;
  if (style === "R") return relative(seconds, options.now ?? Date.now() / 1000, locale);
  return new Intl.DateTimeFormat(locale, { ...(STYLES[style] ?? STYLES.f), timeZone: options.timeZone }).format(date);
}

/** The time shown beside an author: today only the time, otherwise the date as well. */
export function stamp(iso) {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return "";
  const today = date.toDateString() === new Date().toDateString();
  return moment(date.getTime() / 1000, today ? "t" : "s");
}

/** Keep every relative time on the page up to date. */
export function refreshRelativeTimes() {
  setInterval(() => {
    for (const element of document.querySelectorAll("time[data-relative]")) {
      element.textContent = moment(Number(element.dataset.relative), "R");
    }
  }, 5000);
}
