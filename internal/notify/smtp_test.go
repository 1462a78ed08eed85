package notify_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"errors"
	"io"
	"math/big"
	"mime"
	"mime/multipart"
	"net"
	netmail "net/mail"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"xiaoguan/internal/mail"
	"xiaoguan/internal/notify"
)

// postOffice is a small, strict SMTP server that takes letters as a script says.
type postOffice struct {
	t        *testing.T
	port     int64
	pool     *x509.CertPool
	secure   *tls.Config
	implicit bool
	offers   string // of AUTH
	answers  map[string]string
	drop     string // hangs up when this is asked for; "." is the end of a letter

	mu      sync.Mutex
	letters []string
	logins  []string
}

func openOffice(t *testing.T, set func(o *postOffice)) *postOffice {
	t.Helper()
	o := &postOffice{t: t, answers: map[string]string{}}
	o.pool, o.secure = certificate(t)
	set(o)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	o.port = int64(listener.Addr().(*net.TCPAddr).Port)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go o.serve(conn)
		}
	}()
	return o
}

// certificate is one for 127.0.0.1 that its own pool believes.
func certificate(t *testing.T) (*x509.CertPool, *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "post office"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return pool, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}
}

func (o *postOffice) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	if o.implicit {
		conn = tls.Server(conn, o.secure)
	}
	read := bufio.NewReader(conn)
	say := func(text string) { _, _ = conn.Write([]byte(text + "\r\n")) }
	line := func() string {
		text, _ := read.ReadString('\n')
		return strings.TrimRight(text, "\r\n")
	}
	say("220 office")
	for {
		asked := line()
		verb, rest, _ := strings.Cut(asked, " ")
		verb = strings.ToUpper(verb)
		if asked == "" || verb == o.drop {
			return
		}
		if said, scripted := o.answers[verb]; scripted {
			say(said)
			continue
		}
		switch verb {
		case "EHLO":
			say("250-office")
			if o.offers != "" {
				say("250-AUTH " + o.offers)
			}
			say("250 STARTTLS")
		case "STARTTLS":
			say("220 go on")
			conn = tls.Server(conn, o.secure)
			read = bufio.NewReader(conn)
		case "AUTH":
			o.logIn(rest, say, line)
		case "DATA":
			say("354 go on")
			var letter strings.Builder
			for text := line(); text != "."; text = line() {
				letter.WriteString(text + "\n")
			}
			if o.drop == "." {
				return
			}
			if said, scripted := o.answers["."]; scripted {
				say(said)
				continue
			}
			o.mu.Lock()
			o.letters = append(o.letters, letter.String())
			o.mu.Unlock()
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 fine")
		}
	}
}

func (o *postOffice) logIn(rest string, say func(string), line func() string) {
	decode := func(text string) string {
		b, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			o.t.Errorf("no base64: %q", text)
		}
		return string(b)
	}
	way, first, _ := strings.Cut(rest, " ")
	said := decode(first)
	if way == "LOGIN" {
		say("334 VXNlcm5hbWU6")
		said = "\x00" + decode(line())
		say("334 UGFzc3dvcmQ6")
		said += "\x00" + decode(line())
	}
	o.mu.Lock()
	o.logins = append(o.logins, said)
	o.mu.Unlock()
	if said != "\x00me\x00geheim" {
		say("535 no")
		return
	}
	say("235 hello")
}

func (o *postOffice) send(change func(out *mail.Outgoing)) error {
	out := mail.Outgoing{Letter: mail.Letter{ID: "survey-letter-7", To: "lin@kunde.cn", ToName: "林, 小姐\r\nBcc: x@y.cn", Subject: "青禾想听听你的意见\r\nBcc: x@y.cn", Text: "第一行\n.\n第二行", Unsubscribe: "https://sales.example.cn/stop?t=1.x", At: time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)},
		Connection: mail.Connection{Host: "127.0.0.1", Port: o.port, Security: mail.SecurityStartTLS, Login: "me", Address: "office@qinghe.cn"}, Secret: "geheim", FromName: "青禾智控"}
	if o.implicit {
		out.Security = mail.SecurityTLS
	}
	if change != nil {
		change(&out)
	}
	sender := notify.New([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, time.Now)
	notify.Trust(sender, o.pool)
	return sender.SendMail(o.t.Context(), out)
}

func TestLettersGoOverTLSWithTheirHeaders(t *testing.T) {
	t.Parallel()
	for name, set := range map[string]func(o *postOffice){
		"from the beginning": func(o *postOffice) { o.implicit, o.offers = true, "PLAIN LOGIN" },
		"asked for":          func(o *postOffice) { o.offers = "PLAIN" },
		"the older log-in":   func(o *postOffice) { o.offers = "LOGIN" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := openOffice(t, set)
			if err := o.send(nil); err != nil {
				t.Fatal(err)
			}
			if len(o.letters) != 1 || len(o.logins) != 1 || o.logins[0] != "\x00me\x00geheim" {
				t.Fatalf("letters %d, log-ins %q", len(o.letters), o.logins)
			}
			read, err := netmail.ReadMessage(strings.NewReader(o.letters[0]))
			if err != nil {
				t.Fatal(err)
			}
			for header, want := range map[string]string{"Message-Id": "<survey-letter-7@qinghe.cn>", "List-Unsubscribe": "<https://sales.example.cn/stop?t=1.x>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "Auto-Submitted": "auto-generated", "Bcc": ""} {
				if got := read.Header.Get(header); got != want {
					t.Errorf("%s: %q, want %q", header, got, want)
				}
			}
			from, err := read.Header.AddressList("From")
			if err != nil || from[0].Name != "青禾智控" || from[0].Address != "office@qinghe.cn" {
				t.Errorf("from %v, %v", from, err)
			}
			body, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(bodyOf(o.letters[0]), "\n", ""))
			if err != nil || string(body) != "第一行\r\n.\r\n第二行" {
				t.Errorf("body %q, %v", body, err)
			}
		})
	}
}

func bodyOf(letter string) string {
	_, body, _ := strings.Cut(letter, "\n\n")
	return body
}

// TestAFileGoesWithALetter: a letter in parts is read back as mail programs read it, its file byte for byte, and nothing in a name becomes a header.
func TestAFileGoesWithALetter(t *testing.T) {
	t.Parallel()
	content := []byte("%PDF-1.7\n" + strings.Repeat("\x00\xff.\r\n--_part_", 500))
	o := openOffice(t, func(o *postOffice) { o.offers = "PLAIN" })
	if err := o.send(func(out *mail.Outgoing) {
		out.Attached = []mail.Attached{{Name: "销售数据分析报告 2026-10.pdf", Type: "application/pdf", Content: content}, {Name: "a\r\nBcc: x@y.cn.pdf", Type: "no type at all\r\n", Content: nil}}
	}); err != nil {
		t.Fatal(err)
	}
	read, err := netmail.ReadMessage(strings.NewReader(o.letters[0]))
	if err != nil {
		t.Fatal(err)
	}
	kind, params, err := mime.ParseMediaType(read.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/mixed" {
		t.Fatalf("%s, %v", kind, err)
	}
	parts := multipart.NewReader(read.Body, params["boundary"])
	var names []string
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if part.Header.Get("Bcc") != "" {
			t.Error("a name became a header")
		}
		body, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, part))
		if err != nil {
			t.Fatal(err)
		}
		switch names = append(names, part.FileName()); len(names) {
		case 1:
			if string(body) != "第一行\r\n.\r\n第二行" {
				t.Errorf("text %q", body)
			}
		case 2:
			if string(body) != string(content) || part.Header.Get("Content-Type") == "" {
				t.Errorf("%d bytes arrived of %d", len(body), len(content))
			}
		}
	}
	if len(names) != 3 || names[1] != "销售数据分析报告 2026-10.pdf" {
		t.Errorf("parts %q", names)
	}
}

func TestFailuresOfLettersAreTold(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		set    func(o *postOffice)
		change func(out *mail.Outgoing)
		class  mail.Class
		code   int64
	}{
		"wrong password":                        {func(o *postOffice) { o.offers = "PLAIN" }, func(out *mail.Outgoing) { out.Secret = "falsch" }, mail.ClassLogin, 535},
		"nobody there":                          {func(o *postOffice) { o.answers["RCPT"] = "550 no such user" }, nil, mail.ClassRecipient, 550},
		"come again":                            {func(o *postOffice) { o.answers["RCPT"] = "451 later" }, nil, mail.ClassLater, 451},
		"refused":                               {func(o *postOffice) { o.answers["."] = "554 spam" }, nil, mail.ClassContent, 554},
		"it breaks before the letter":           {func(o *postOffice) { o.drop = "MAIL" }, nil, mail.ClassUnreachable, 0},
		"it breaks after the letter":            {func(o *postOffice) { o.drop = "." }, nil, mail.ClassUnclear, 0},
		"no TLS where it is asked for":          {func(o *postOffice) { o.answers["STARTTLS"] = "454 not now" }, nil, mail.ClassLater, 454},
		"another certificate":                   {func(o *postOffice) { o.pool = x509.NewCertPool() }, nil, mail.ClassCertificate, 0},
		"a private network that nobody allowed": {func(*postOffice) {}, func(out *mail.Outgoing) { out.Host = "10.99.0.1" }, mail.ClassNetwork, 0},
		"nobody listens":                        {func(*postOffice) {}, func(out *mail.Outgoing) { out.Port = 1 }, mail.ClassUnreachable, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := openOffice(t, func(o *postOffice) {
				o.offers = "PLAIN"
				c.set(o)
			})
			err := o.send(c.change)
			var f *mail.Failure
			if !errors.As(err, &f) || f.Class != c.class || f.Code != c.code {
				t.Errorf("%v, want %s %d", err, c.class, c.code)
			}
			if len(o.letters) != 0 {
				t.Error("a letter was taken")
			}
			if f != nil && strings.Contains(f.Error(), "geheim") {
				t.Errorf("the password is told: %v", f)
			}
		})
	}
}
