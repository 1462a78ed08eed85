package notify

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"mime"
	"net"
	netmail "net/mail"
	"net/smtp"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/egress"
	"xiaoguan/internal/mail"
)

// mailPatience is how long handing over one letter may take.
const mailPatience = time.Minute

// SendMail implements mail.Sender: a letter is handed to the server that the connection names, over TLS unless it says otherwise. Public servers are reached
// with TLS alone; others must lie in the allowed networks. What the server says is in the cause, for the log.
func (s *Sender) SendMail(ctx context.Context, out mail.Outgoing) error {
	dialer := &net.Dialer{Timeout: egress.Patience, Control: egress.Guard{Networks: s.networks, Public: out.Security != mail.SecurityNone}.Control}
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(out.Host, strconv.FormatInt(out.Port, 10)))
	if err != nil {
		return mailFailed(err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(mailPatience)); err != nil { // the network's clock
		return mailFailed(err)
	}
	client, err := meet(conn, out, &tls.Config{ServerName: out.Host, RootCAs: s.roots, MinVersion: tls.VersionTLS12})
	if err != nil {
		return mailFailed(err)
	}
	if out.Login != "" {
		if err := client.Auth(logIn(client, out)); err != nil {
			return mailRefused(err, mail.ClassLogin)
		}
	}
	if err := client.Mail(out.Address); err != nil {
		return mailRefused(err, mail.ClassContent)
	}
	if err := client.Rcpt(out.To); err != nil {
		return mailRefused(err, mail.ClassRecipient)
	}
	data, err := client.Data()
	if err != nil {
		return mailRefused(err, mail.ClassContent)
	}
	if _, err := data.Write(written(out)); err != nil { // without its end no server takes it
		return mailFailed(err)
	}
	if err := data.Close(); err != nil {
		if _, said := errors.AsType[*textproto.Error](err); said {
			return mailRefused(err, mail.ClassContent)
		}
		return &mail.Failure{Class: mail.ClassUnclear, Cause: err}
	}
	_ = client.Quit() // the letter is taken, whatever happens now
	return nil
}

// meet greets the server, over TLS from the beginning or from now on.
func meet(conn net.Conn, out mail.Outgoing, secure *tls.Config) (*smtp.Client, error) {
	if out.Security == mail.SecurityTLS {
		conn = tls.Client(conn, secure)
	}
	client, err := smtp.NewClient(conn, out.Host)
	if err != nil {
		return nil, err
	}
	if err := client.Hello(domainOf(out.Address)); err != nil {
		return nil, err
	}
	if out.Security == mail.SecurityStartTLS {
		return client, client.StartTLS(secure) // refused, it ends here: nothing goes in the clear
	}
	return client, nil
}

// logIn chooses what the server offers.
func logIn(client *smtp.Client, out mail.Outgoing) smtp.Auth {
	if _, offered := client.Extension("AUTH"); offered != "" && !strings.Contains(" "+offered+" ", " PLAIN ") {
		return &loginAuth{out.Login, out.Secret}
	}
	return smtp.PlainAuth("", out.Login, out.Secret, out.Host)
}

// loginAuth is the older way, which some houses offer alone: name and password when they are asked for, over TLS only.
type loginAuth struct{ login, secret string }

// Start implements smtp.Auth.
func (a *loginAuth) Start(server *smtp.ServerInfo) (string, []byte, error) {
	if !server.TLS {
		return "", nil, errors.New("no password without TLS")
	}
	return "LOGIN", nil, nil
}

// Next implements smtp.Auth.
func (a *loginAuth) Next(asked []byte, more bool) ([]byte, error) {
	switch ask := strings.ToLower(string(asked)); {
	case !more:
		return nil, nil
	case strings.HasPrefix(ask, "user"):
		return []byte(a.login), nil
	case strings.HasPrefix(ask, "pass"):
		return []byte(a.secret), nil
	}
	return nil, errors.New("the server asks for something else than name and password")
}

// mailFailed says why there was no answer.
func mailFailed(err error) error {
	class := mail.ClassUnreachable
	var network net.Error
	_, certificate := errors.AsType[*tls.CertificateVerificationError](err)
	_, said := errors.AsType[*textproto.Error](err)
	switch {
	case errors.Is(err, egress.ErrRefused):
		class = mail.ClassNetwork
	case certificate:
		class = mail.ClassCertificate
	case said:
		return mailRefused(err, mail.ClassContent)
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		class = mail.ClassTimeout
	}
	return &mail.Failure{Class: class, Cause: err}
}

// mailRefused says what an answer means: from 500 on for good, in the way of the step; else to come again. What is no answer is a broken line.
func mailRefused(err error, forGood mail.Class) error {
	said, ok := errors.AsType[*textproto.Error](err)
	if !ok {
		if forGood == mail.ClassLogin {
			return &mail.Failure{Class: mail.ClassLogin, Cause: err}
		}
		return mailFailed(err)
	}
	f := &mail.Failure{Class: forGood, Code: int64(said.Code), Cause: err}
	if said.Code < 500 {
		f.Class = mail.ClassLater
	}
	return f
}

// bodyLine is how many letters of base64 stand in a line.
const bodyLine = 76

// written is a letter as it goes over the line. What people have written is encoded, so that nothing in it is read as a header.
func written(out mail.Outgoing) []byte {
	var b bytes.Buffer
	header := func(name, value string) { fmt.Fprintf(&b, "%s: %s\r\n", name, value) }
	header("From", (&netmail.Address{Name: out.FromName, Address: out.Address}).String())
	header("To", (&netmail.Address{Name: out.ToName, Address: out.To}).String())
	header("Subject", mime.BEncoding.Encode("utf-8", out.Subject))
	header("Date", out.At.Format(time.RFC1123Z))
	header("Message-ID", "<"+out.ID+"@"+domainOf(out.Address)+">")
	header("Auto-Submitted", "auto-generated")
	if out.Unsubscribe != "" {
		header("List-Unsubscribe", "<"+out.Unsubscribe+">")
		header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	header("MIME-Version", "1.0")
	text := []byte(strings.ReplaceAll(out.Text, "\n", "\r\n"))
	if len(out.Attached) == 0 {
		header("Content-Type", "text/plain; charset=utf-8")
		writePart(&b, text)
		return b.Bytes()
	}
	border := borderOf(out)
	header("Content-Type", `multipart/mixed; boundary="`+border+`"`)
	b.WriteString("\r\n--" + border + "\r\n")
	header("Content-Type", "text/plain; charset=utf-8")
	writePart(&b, text)
	for _, file := range out.Attached {
		b.WriteString("--" + border + "\r\n")
		header("Content-Type", mime.FormatMediaType(mediaType(file.Type), map[string]string{"name": file.Name}))
		header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": file.Name}))
		writePart(&b, file.Content)
	}
	b.WriteString("--" + border + "--\r\n")
	return b.Bytes()
}

// borderOf is what no part of a letter holds: base64 has no underline.
func borderOf(out mail.Outgoing) string {
	sum := sha256.Sum256([]byte(out.ID))
	return "_part_" + hex.EncodeToString(sum[:12])
}

// mediaType is the type of a file, or that of one of which nothing is known.
func mediaType(text string) string {
	if _, _, err := mime.ParseMediaType(text); err != nil {
		return "application/octet-stream"
	}
	return text
}

// writePart ends the headers of a part and writes it in base64.
func writePart(b *bytes.Buffer, content []byte) {
	b.WriteString("Content-Transfer-Encoding: base64\r\n\r\n")
	body := base64.StdEncoding.EncodeToString(content)
	for len(body) > bodyLine {
		b.WriteString(body[:bodyLine])
		b.WriteString("\r\n")
		body = body[bodyLine:]
	}
	b.WriteString(body)
	b.WriteString("\r\n")
}

// domainOf is where an address is at.
func domainOf(address string) string {
	_, domain, _ := strings.Cut(address, "@")
	return domain
}
