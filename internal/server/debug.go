package server

import (
	"embed"
	"html/template"
	"net/http"
	"strconv"
	"time"

	"github.com/latchkey-go/latchkey/internal/doctor"
)

//go:embed debug
var debugFiles embed.FS

var doctorPage = template.Must(template.ParseFS(debugFiles, "debug/doctor.html"))

// DoctorSettings is what package doctor wants to know of a configuration.
func DoctorSettings(c Config) doctor.Settings {
	c.setDefaults()
	base := c.BaseURL
	if base == "" {
		base = "http://" + c.Addr
	}
	return doctor.Settings{
		Location: c.location(), BaseURL: base,
		TrustedProxies: c.TrustedProxies, CORSOrigins: c.CORSOrigins,
		AccessTTL: c.AccessTTL, SessionTTL: c.SessionTTL, FreshFor: c.FreshFor,
		MetricsAddr: c.MetricsAddr, InsecurePublicMetrics: c.InsecurePublicMetrics,
		NoKnownDevices: c.NoKnownDevices, Dev: c.Dev, RotateKeys: c.RotateKeys, Now: c.Now,
	}
}

// registerDebug adds the pages for developers, in dev mode alone: they tell
// strangers what is wrong here.
func (s *Server) registerDebug(mux *http.ServeMux) {
	if !s.cfg.Dev {
		return
	}
	mux.Handle("/debug/doctor", getOnly(s.askDoctor))
	for _, name := range []string{"doctor.css", "doctor.js"} {
		mux.Handle("/debug/"+name, getOnly(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "no-cache")
			http.ServeFileFS(w, r, debugFiles, "debug/"+name)
		}))
	}
}

// askDoctor answers what the doctor says of the installation and of this
// request, as a page or, for programs, in JSON. On the first visit the page sets
// a cookie and asks again, to see whether it comes back.
func (s *Server) askDoctor(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	settings := DoctorSettings(s.cfg)
	settings.BaseURL = s.url
	now := s.live.Load()
	settings.TrustedProxies, settings.CORSOrigins = now.proxies, now.origins
	probe := doctor.Probe{Asked: query.Has("probe")}
	if millis, err := strconv.ParseInt(query.Get("now"), 10, 64); err == nil {
		probe.Clock = time.UnixMilli(millis)
	}
	view := struct {
		Request, Installation []doctor.Finding
		Asked                 bool
	}{doctor.Request(asSent(r), settings, probe), doctor.Installation(r.Context(), settings), probe.Asked}

	w.Header().Set("Cache-Control", "no-store")
	http.SetCookie(w, &http.Cookie{
		Name: doctor.ProbeCookie, Value: "1", Path: "/", MaxAge: 60,
		HttpOnly: true, Secure: isHTTPS(s.url), SameSite: http.SameSiteLaxMode,
	})
	if query.Has("json") {
		writeJSON(w, http.StatusOK, struct {
			Request      []doctor.Finding `json:"request"`
			Installation []doctor.Finding `json:"installation"`
		}{view.Request, view.Installation})
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := doctorPage.Execute(w, view); err != nil {
		s.log.DebugContext(r.Context(), "the page of the doctor was not read to its end", "err", err)
	}
}
