// Asks again once the cookie of the first answer is set, and tells the time.
const query = new URLSearchParams(location.search);
if (!query.has('now')) {
  location.replace(`/debug/doctor?probe&now=${Date.now()}`);
}
