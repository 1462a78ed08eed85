package api

import (
	"context"
	"net/http"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/contact"
)

// ContactEntry is a person at a customer as it is entered.
type ContactEntry struct {
	Name   string    `json:"name" maxLength:"300"`
	Title  string    `json:"title,omitempty" maxLength:"300"`
	Part   string    `json:"part,omitempty" enum:"decides,recommends,uses,buys,against" doc:"What the person has to say in a decision."`
	Phone  string    `json:"phone,omitempty" maxLength:"40" doc:"Masked where you may not see it; sent back masked, it stays what it is."`
	WeChat string    `json:"wechat,omitempty" maxLength:"300"`
	Email  string    `json:"email,omitempty" maxLength:"300"`
	Note   string    `json:"note,omitempty" maxLength:"300"`
	Gone   bool      `json:"gone,omitempty" doc:"Has left the customer."`
	Fields ownValues `json:"fields,omitempty" doc:"Values of the company's own fields by key; null empties one, and what is left out stays."`
}

// contactRow is a contact with its tag.
type contactRow struct {
	ID         int64 `json:"id"`
	CustomerID int64 `json:"customer_id"`
	ContactEntry
	ETag string `json:"etag" doc:"Send it as If-Match with a change."`
}

// contactOutput is a contact after a change, with its tag.
type contactOutput struct {
	ETag string `header:"ETag"`
	Body contactRow
}

type (
	addContactInput struct {
		ByNumber
		Body ContactEntry
	}
	changeContactInput struct {
		ByNumber
		Precondition
		Body ContactEntry
	}
)

func (a *API) contactOperations() {
	contacts := a.services.Contacts
	register(a, operation{id: "list_contacts", method: http.MethodGet, path: "/customers/{id}/contacts", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*listOutput[contactRow], error) {
		page, err := contacts.OfCustomer(ctx, actor, in.ID)
		return newList(page.Contacts, "", toAPIContact), err
	})
	register(a, operation{id: "add_contact", method: http.MethodPost, path: "/customers/{id}/contacts", tag: "sales", status: http.StatusCreated}, func(ctx context.Context, actor access.Actor, in *addContactInput) (*contactOutput, error) {
		entry := fromAPIContact(in.Body)
		entry.CustomerID = in.ID
		c, err := contacts.Save(ctx, actor, entry)
		return &contactOutput{contactTag(c), toAPIContact(c)}, err
	})
	register(a, operation{id: "change_contact", method: http.MethodPut, path: "/contacts/{id}", tag: "sales"}, a.changeContact)
}

func (a *API) changeContact(ctx context.Context, actor access.Actor, in *changeContactInput) (*contactOutput, error) {
	if in.ID <= 0 { // the service would take it for a new one
		return nil, errNotFound()
	}
	entry := fromAPIContact(in.Body)
	entry.ID = in.ID
	if in.asked() {
		c, err := a.services.Contacts.Get(ctx, actor, in.ID)
		if err != nil {
			return nil, err
		}
		if entry.Seen = c.Revision; !in.fits(contactTag(c)) {
			return nil, errStale()
		}
	}
	c, err := a.services.Contacts.Save(ctx, actor, entry)
	return &contactOutput{contactTag(c), toAPIContact(c)}, staleIf(err, "contact.changed_meanwhile")
}

func contactTag(c contact.Contact) string {
	return quoted("contact." + strconv.FormatInt(c.ID, 10) + "." + strconv.FormatInt(c.Revision, 10))
}

func toAPIContact(c contact.Contact) contactRow {
	return contactRow{c.ID, c.CustomerID, ContactEntry{c.Name, c.Title, c.Part, c.Phone, c.WeChat, c.Email, c.Note, c.Gone, toAPIValues(c.Fields)}, contactTag(c)}
}

func fromAPIContact(e ContactEntry) contact.Entry {
	return contact.Entry{Name: e.Name, Title: e.Title, Part: e.Part, Phone: e.Phone, WeChat: e.WeChat, Email: e.Email, Note: e.Note, Gone: e.Gone, Fields: e.Fields.inputs()}
}
