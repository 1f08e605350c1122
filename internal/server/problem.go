package server

import (
	"encoding/json"
	"net/http"
)

// codeHeader has the code of a refusal, in every error's answer.
const codeHeader = "Latchkey-Code"

// writeProblem answers an error in the form of all our errors.
func writeProblem(w http.ResponseWriter, status int, code, msg string) {
	w.Header().Set(codeHeader, code)
	writeJSON(w, status, struct {
		Msg  string `json:"msg"`
		Code string `json:"code"`
	}{msg, code})
}

// writeJSON answers with a JSON object that no cache may keep.
func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client may have gone; there is nobody left to tell
}

// notFound is the answer for what is neither an API address nor a page.
func notFound(w http.ResponseWriter, r *http.Request) {
	writeProblem(w, http.StatusNotFound, "not_found", "There is nothing at this address. Check the path.")
}

// methodNotAllowed is the answer to other methods where there is only GET.
func methodNotAllowed(w http.ResponseWriter) {
	w.Header().Set("Allow", "GET, HEAD")
	writeProblem(w, http.StatusMethodNotAllowed, "method_not_allowed", "Use GET here.")
}
