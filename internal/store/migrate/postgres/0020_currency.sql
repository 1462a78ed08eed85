-- +goose Up
-- Facts in other currencies are few where there are any. These indexes are empty in a company that has none in its yuan, and tell it so at once.
CREATE INDEX deal_foreign ON deal (currency) WHERE currency <> 'CNY';
CREATE INDEX payment_foreign ON payment (currency) WHERE currency <> 'CNY';
CREATE INDEX invoice_foreign ON invoice (currency) WHERE currency <> 'CNY';
