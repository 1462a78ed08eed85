package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/i18n"
)

// ContactEntry is a person at a customer as it is entered.
type ContactEntry struct {
	Name   string  `json:"name" maxLength:"300"`
	Title  string  `json:"title,omitempty" maxLength:"300"`
	Part   string  `json:"part,omitempty" enum:"decides,recommends,uses,buys,against" doc:"What the person has to say in a decision."`
	Phone  string  `json:"phone,omitempty" maxLength:"40" doc:"Masked where you may not see it; sent back masked, it stays what it is."`
	WeChat string  `json:"wechat,omitempty" maxLength:"300"`
	Email  string  `json:"email,omitempty" maxLength:"300"`
	Note   string  `json:"note,omitempty" maxLength:"300"`
	Gone   bool    `json:"gone,omitempty" doc:"Has left the customer."`
	Lang   *string `json:"lang,omitempty" enum:"zh-CN,en," doc:"In which letters are written; empty: Chinese. Absent: as before."`

	NoMessages *bool `json:"no_messages,omitempty" doc:"Want no messages: nothing is sent to them by itself. Absent: as before."`

	Fields ownValues `json:"fields,omitempty" doc:"Values of the company's own fields by key; null empties one, and what is left out stays."`
}

// ContactRow is a contact with its tag.
type ContactRow struct {
	ID         int64 `json:"id"`
	CustomerID int64 `json:"customer_id"`
	ContactEntry
	SilentAt *time.Time `json:"silent_at,omitempty" doc:"Since when they want no messages."`
	ETag     string     `json:"etag" doc:"Send it as If-Match with a change."`
}

// contactFound is a contact in the list of all.
type contactFound struct {
	ContactRow
	CustomerKey   string     `json:"customer_key"`
	CustomerName  string     `json:"customer_name"`
	LastContactAt *time.Time `json:"last_contact_at,omitempty" doc:"The last follow-up with the customer."`
}

// contactTwin is a contact with the telephone number that somebody is about to enter.
type contactTwin struct {
	ID           int64  `json:"id,omitempty" doc:"Left out when you may not see it, like the names."`
	Name         string `json:"name,omitempty"`
	CustomerID   int64  `json:"customer_id,omitempty"`
	CustomerName string `json:"customer_name,omitempty"`
	Gone         bool   `json:"gone"`

	Owners []string `json:"owners" nullable:"false" doc:"Who sells to the customer, the busiest first."`
}

// contactOutput is a contact after a change, with its tag.
type contactOutput struct {
	ETag string `header:"ETag"`
	Body ContactRow
}

type (
	addContactInput struct {
		ByNumber
		Body ContactEntry
	}
	searchContactsInput struct {
		Paging
		Search     string `query:"search" maxLength:"100" doc:"Part of the contact's or the customer's name; pinyin or its initials for a Chinese name."`
		Part       string `query:"part" enum:"decides,recommends,uses,buys,against,unknown"`
		Gone       string `query:"gone" enum:"yes,no" doc:"Has left the customer; both when it is left out."`
		CustomerID int64  `query:"customer_id"`
		Sort       string `query:"sort" enum:"name,new,-name,-new" doc:"By name when it is left out; a minus turns the order round."`
	}
	contactTwinsInput struct {
		Phone string `query:"phone" maxLength:"40"`
		ID    int64  `query:"id" doc:"The contact itself, when one that is there is changed."`
	}
	changeContactInput struct {
		ByNumber
		Precondition
		Body ContactEntry
	}
)

func (a *API) contactOperations() {
	contacts := a.services.Contacts
	register(a, operation{id: "list_contacts", method: http.MethodGet, path: "/customers/{id}/contacts", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*listOutput[ContactRow], error) {
		page, err := contacts.OfCustomer(ctx, actor, in.ID)
		return newList(page.Contacts, "", toAPIContact), err
	})
	register(a, operation{id: "search_contacts", method: http.MethodGet, path: "/contacts", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *searchContactsInput) (*output[countedList[contactFound]], error) {
		f := contact.Filter{Search: in.Search, Part: in.Part, CustomerID: in.CustomerID, ExactTotal: true, Paging: in.facts(in.Sort)}
		if in.Gone != "" {
			gone := in.Gone == "yes"
			f.Gone = &gone
		}
		list, err := contacts.List(ctx, actor, f)
		return newCounted(list.Rows, list.Next, list.Total.Count, toAPIContactFound), err
	})
	register(a, operation{id: "list_contacts_like", method: http.MethodGet, path: "/contacts/like", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *contactTwinsInput) (*listOutput[contactTwin], error) {
		twins, err := contacts.Twins(ctx, actor, contact.Likeness{ID: in.ID, Phone: in.Phone})
		return newList(twins, "", func(t contact.Twin) contactTwin {
			return contactTwin{t.ID, t.Name, t.CustomerID, t.CustomerName, t.Gone, append([]string{}, t.Owners...)}
		}), err
	})
	register(a, operation{id: "get_contact", method: http.MethodGet, path: "/contacts/{id}", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*contactOutput, error) {
		d, err := contacts.Show(ctx, actor, in.ID)
		return &contactOutput{contactTag(d.Contact), toAPIContact(d.Contact)}, err
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

func toAPIContactFound(c contact.Row) contactFound {
	return contactFound{toAPIContact(c.Contact), c.CustomerKey, c.CustomerName, toAPIInstant(c.LastContact)}
}

func contactTag(c contact.Contact) string {
	return quoted("contact." + strconv.FormatInt(c.ID, 10) + "." + strconv.FormatInt(c.Revision, 10))
}

func toAPIContact(c contact.Contact) ContactRow {
	lang, silent := string(c.Lang), c.Silent()
	return ContactRow{c.ID, c.CustomerID, ContactEntry{c.Name, c.Title, c.Part, c.Phone, c.WeChat, c.Email, c.Note, c.Gone, &lang, &silent, toAPIValues(c.Fields)}, toAPIInstant(c.SilentAt), contactTag(c)}
}

func fromAPIContact(e ContactEntry) contact.Entry {
	var lang *i18n.Lang
	if e.Lang != nil {
		chosen := i18n.Lang(*e.Lang)
		lang = &chosen
	}
	return contact.Entry{Lang: lang, NoMessages: e.NoMessages, Name: e.Name, Title: e.Title, Part: e.Part, Phone: e.Phone, WeChat: e.WeChat, Email: e.Email, Note: e.Note, Gone: e.Gone, Fields: e.Fields.inputs()}
}
