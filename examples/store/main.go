// Store is the back end of a shop: users, carts and wishlists in a database.
package main

import (
	"context"
	"database/sql"
	"embed"
	"flag"
	"net/http"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/examples/internal/webapp"
)

//go:embed all:dist
var dist embed.FS

type app struct {
	webapp.Settings
	db   string
	auth *latchkey.Auth
}

func main() {
	a := &app{Settings: defaults}
	a.Flags("how long a session lives without being used, at least -access-ttl; 0: as long as -refresh-ttl")
	flag.StringVar(&a.db, "db", "", "postgres:// URL of the database; SQLite in -data without")
	webapp.Main(&a.Settings, a.handler)
}

var defaults = webapp.Settings{Name: "store", CORS: "http://localhost:3000", AccessTTL: 15 * time.Minute, RefreshTTL: 30 * 24 * time.Hour}

func (a *app) handler(ctx context.Context) (http.Handler, error) {
	if err := a.openUsers(ctx); err != nil {
		return nil, err
	}
	if err := a.newAuth(); err != nil {
		return nil, err
	}
	var mux webapp.Mux
	mux.HandleFunc("POST /login", a.login)
	mux.Handle("POST /logout", a.auth.SignOutHandler())
	mux.HandleFunc("POST /signup", a.signUp)
	mux.Handle("GET /get_name", a.auth.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user := a.Token(w, r).User.(*account.User)
		webapp.JSON(w, http.StatusOK, webapp.Object{"message": "User found", "name": user.Name})
	})))
	mux.Handle("GET /products", a.auth.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.list(w, r, "products", "")
	})))
	a.shelf(&mux, "cart", "cart_products")
	a.shelf(&mux, "wishlist", "wishlists")
	return a.Serve(ctx, a.auth, webapp.Site{API: &mux, Dist: dist, Routes: []string{"/", "/login", "/signup", "/protected", "/products", "/cart", "/wishlist"}})
}

func (a *app) signUp(w http.ResponseWriter, r *http.Request) {
	body, ok := webapp.ReadJSON(w, r)
	if !ok {
		return
	}
	in := account.SignUp{Username: webapp.Text(body["username"]), Name: webapp.Text(body["name"]),
		Password: webapp.Text(body["password"]), Client: webapp.Client(r)}
	if _, err := a.Accounts.SignUp(r.Context(), in); err != nil {
		webapp.JSON(w, webapp.Refusal(w, err), webapp.Object{"message": "Sign-up refused", "errors": webapp.Reasons(err)})
		return
	}
	webapp.JSON(w, http.StatusCreated, webapp.Object{"message": "User created"})
}

type product struct {
	ID         int64  `json:"id"`
	Name       string `json:"name"`
	PriceCents int64  `json:"price_cents"`
}

func (a *app) list(w http.ResponseWriter, r *http.Request, name, where string, args ...any) {
	list, err := webapp.Rows(r.Context(), a.Store.DB(), func(rows *sql.Rows, p *product) error {
		return rows.Scan(&p.ID, &p.Name, &p.PriceCents)
	}, `SELECT id, name, price_cents FROM products `+where+` ORDER BY id`, args...)
	webapp.Reply(a.auth, w, r, err, webapp.Object{name: list})
}

// shelf has the routes of a person's cart or wishlist, which is in table.
func (a *app) shelf(mux *webapp.Mux, name, table string) {
	handle := func(pattern, change string) {
		mux.Handle(pattern, a.auth.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			user, productID := number(a.Token(w, r).Subject), number(r.PathValue("id"))
			if r.Method == http.MethodPost {
				body, ok := webapp.ReadJSON(w, r)
				if !ok {
					return
				}
				productID = webapp.Whole(body["product_id"])
			}
			if change != "" {
				if err := webapp.ChangeOne(r.Context(), a.Store.DB(), errNoProduct, change, user, productID); err != nil {
					a.auth.WriteError(w, r, err)
					return
				}
			}
			a.list(w, r, name, `JOIN `+table+` ON product_id = id WHERE user_id = $1`, user)
		})))
	}
	handle("GET /"+name, "")
	handle("POST /"+name, `INSERT INTO `+table+` (user_id, product_id) SELECT $1, id FROM products WHERE id = $2
		ON CONFLICT (user_id, product_id) DO UPDATE SET product_id = excluded.product_id`)
	handle("DELETE /"+name+"/{id}", `DELETE FROM `+table+` WHERE user_id = $1 AND product_id = $2`)
}

var errNoProduct = &latchkey.Error{Code: "not_found", Status: http.StatusNotFound, Message: "Product not found"}
