package accounthttp

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

// Limits of one answer with a list.
const (
	defaultPage = 50
	mostPage    = 200
)

// query are the query parameters of a request, each given once.
type query map[string]string

// readQuery reads the query parameters strictly: only those named, each at most
// once.
func readQuery(r *http.Request, names ...string) (query, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, badRequest("The part of the address behind the question mark is not valid. Check it and send it again.")
	}
	q := query{}
	for name, given := range values {
		if !slices.Contains(names, name) {
			return nil, badRequest("The address has a query parameter that is not known here. Check the spelling: names are in lower case.")
		}
		if len(given) > 1 {
			return nil, badRequest("The address has a query parameter twice. Send each once.")
		}
		q[name] = given[0]
	}
	return q, nil
}

// limit is how many entries are asked for.
func (q query) limit() (int, error) {
	if q["limit"] == "" {
		return defaultPage, nil
	}
	n, err := strconv.Atoi(q["limit"])
	if err != nil || n < 1 || n > mostPage {
		return 0, invalidInput(fieldView{"limit", "Give a number from 1 to " + strconv.Itoa(mostPage) + "."})
	}
	return n, nil
}

func invalidCursor() error {
	return invalidInput(fieldView{"cursor", "Give the next_cursor of the page before, or none for the first page."})
}
