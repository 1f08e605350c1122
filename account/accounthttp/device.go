package accounthttp

import "strings"

// device says in plain words what a User-Agent header claims to be, for a list
// of sessions in which people look for the one that is not theirs. It is a
// guess: the header proves nothing, and browsers imitate each other in it.
func device(userAgent string) string {
	browser, system := firstMatch(browsers, userAgent), firstMatch(systems, userAgent)
	switch {
	case browser != "" && system != "":
		return browser + " on " + system
	case browser != "":
		return browser
	case system != "":
		return "A browser on " + system
	}
	return "Unknown device"
}

// sign is a piece of a User-Agent header and what it tells.
type sign struct{ piece, name string }

// The order matters: nearly every browser names those it descends from too.
var browsers = []sign{
	{"Edg/", "Edge"}, {"EdgA/", "Edge"}, {"EdgiOS/", "Edge"},
	{"OPR/", "Opera"}, {"Vivaldi/", "Vivaldi"}, {"SamsungBrowser/", "Samsung Internet"},
	{"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"}, {"Firefox/", "Firefox"},
	{"Chromium/", "Chromium"}, {"HeadlessChrome/", "Chrome"}, {"Chrome/", "Chrome"},
	{"Safari/", "Safari"},
	{"curl/", "curl"}, {"Wget/", "Wget"}, {"Go-http-client/", "A Go program"},
	{"python-requests/", "A Python program"}, {"Python-urllib/", "A Python program"},
	{"okhttp/", "An Android app"}, {"node", "A Node.js program"},
}

var systems = []sign{
	{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"},
	{"CrOS", "ChromeOS"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"Macintosh", "macOS"},
	{"Linux", "Linux"}, {"FreeBSD", "FreeBSD"}, {"OpenBSD", "OpenBSD"},
}

func firstMatch(signs []sign, userAgent string) string {
	for _, s := range signs {
		if strings.Contains(userAgent, s.piece) {
			return s.name
		}
	}
	return ""
}
