-- For SQLite and PostgreSQL; SERIAL_KEY stands for what differs.
CREATE TABLE IF NOT EXISTS users (
    id            SERIAL_KEY,
    username      VARCHAR(20) NOT NULL UNIQUE,
    username_key  TEXT        NOT NULL UNIQUE, -- as account.NormalizeUsername has it
    name          TEXT        NOT NULL,
    password_hash TEXT        NOT NULL,
    is_active     BOOLEAN     NOT NULL DEFAULT TRUE,
    cart          TEXT -- the tutorial's JSON list; ours is cart_products, which the database can check
);
CREATE TABLE IF NOT EXISTS products (
    id          BIGINT NOT NULL PRIMARY KEY,
    name        TEXT   NOT NULL,
    price_cents BIGINT NOT NULL
);
CREATE TABLE IF NOT EXISTS cart_products (
    user_id    BIGINT NOT NULL REFERENCES users ON DELETE CASCADE,
    product_id BIGINT NOT NULL REFERENCES products,
    PRIMARY KEY (user_id, product_id)
);
CREATE TABLE IF NOT EXISTS wishlists (
    user_id    BIGINT NOT NULL REFERENCES users ON DELETE CASCADE,
    product_id BIGINT NOT NULL REFERENCES products,
    PRIMARY KEY (user_id, product_id)
);
INSERT INTO products (id, name, price_cents)
VALUES (1, 'Sofa', 49900), (2, 'Chair', 7900), (3, 'Table', 19900), (4, 'Swing', 12900)
ON CONFLICT (id) DO NOTHING;
