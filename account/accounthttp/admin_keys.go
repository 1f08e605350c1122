package accounthttp

import "net/http"

// keyStates answers GET with the state of the signing keys.
func keyStates(keys KeyReporter) adminFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		if _, err := readQuery(r); err != nil {
			return err
		}
		infos := keys.Keys()
		views := make([]keyView, len(infos))
		for i, info := range infos {
			views[i] = viewKey(info)
		}
		writeJSON(w, http.StatusOK, struct {
			Keys []keyView `json:"keys"`
		}{views})
		return nil
	}
}
