package main

import (
	"bufio"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"slices"
	"strings"
	"sync"
	"testing"
)

// message is what somebody finds in a mailbox: the text form of a message.
type message struct {
	to, subject, text string
}

// sink is a mail server that keeps what it is given.
type sink struct {
	address string
	mu      sync.Mutex
	mails   []message
}

func startSink(t *testing.T) *sink {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	s := &sink{address: l.Addr().String()}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go s.serve(conn)
		}
	}()
	return s
}

func (s *sink) to(address string) []message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.mails), func(m message) bool { return m.to != address })
}

func (s *sink) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.mails)
}

// serve speaks as much SMTP as a sender needs.
func (s *sink) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	in := bufio.NewReader(conn)
	say := func(line string) { _, _ = io.WriteString(conn, line+"\r\n") }
	say("220 sink")
	to := ""
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		switch verb := strings.ToUpper(strings.TrimSpace(line)); {
		case strings.HasPrefix(verb, "RCPT TO:"):
			to = strings.Trim(strings.TrimSpace(line[len("RCPT TO:"):]), "<>")
			say("250 ok")
		case verb == "DATA":
			say("354 go on")
			var raw strings.Builder
			for {
				line, err := in.ReadString('\n')
				if err != nil {
					return
				}
				if line == ".\r\n" {
					break
				}
				raw.WriteString(strings.TrimPrefix(line, "."))
			}
			s.keep(to, raw.String())
			say("250 kept")
		case verb == "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func (s *sink) keep(to, raw string) {
	m := message{to: to, text: raw} // as it came, should it not be understood
	if parsed, err := netmail.ReadMessage(strings.NewReader(raw)); err == nil {
		m.subject, _ = new(mime.WordDecoder).DecodeHeader(parsed.Header.Get("Subject"))
		_, params, _ := mime.ParseMediaType(parsed.Header.Get("Content-Type"))
		parts := multipart.NewReader(parsed.Body, params["boundary"])
		for part, err := parts.NextRawPart(); err == nil; part, err = parts.NextRawPart() {
			if strings.HasPrefix(part.Header.Get("Content-Type"), "text/plain") {
				text, _ := io.ReadAll(quotedprintable.NewReader(part))
				m.text = string(text)
			}
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mails = append(s.mails, m)
}
