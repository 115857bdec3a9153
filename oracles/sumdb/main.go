// Judges a checkpoint and an inclusion proof (C2SP tlog-checkpoint, tlog-proof) with golang.org/x/mod/sumdb.
//
//	go run . LOG.VKEY PROOF.TXT ENTRY.TXT
package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	if err := judge(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Println("not good:", err)
		os.Exit(1)
	}
	fmt.Println("checkpoint signed by the log's key, entry included")
}

func judge(keyFile, proofFile, entryFile string) error {
	key, err := os.ReadFile(keyFile)
	if err != nil {
		return err
	}
	verifier, err := note.NewVerifier(strings.TrimSpace(string(key)))
	if err != nil {
		return err
	}
	text, err := os.ReadFile(proofFile)
	if err != nil {
		return err
	}
	entry, err := os.ReadFile(entryFile)
	if err != nil {
		return err
	}
	head, checkpoint, found := bytes.Cut(text, []byte("\n\n"))
	if !found {
		return fmt.Errorf("no checkpoint in the proof")
	}
	signed, err := note.Open(checkpoint, note.VerifierList(verifier))
	if err != nil {
		return err
	}
	lines := strings.Split(signed.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return err
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return err
	}
	var proof tlog.RecordProof
	index := int64(-1)
	for number, line := range strings.Split(string(head), "\n") {
		switch {
		case number == 0:
			if line != "c2sp.org/tlog-proof@v1" {
				return fmt.Errorf("unknown first line %q", line)
			}
		case strings.HasPrefix(line, "extra "):
		case strings.HasPrefix(line, "index "):
			if index, err = strconv.ParseInt(line[6:], 10, 64); err != nil {
				return err
			}
		default:
			raw, err := base64.StdEncoding.DecodeString(line)
			if err != nil || len(raw) != tlog.HashSize {
				return fmt.Errorf("bad proof line %q", line)
			}
			var hash tlog.Hash // Debian's Go converts no slice to an array
			copy(hash[:], raw)
			proof = append(proof, hash)
		}
	}
	return tlog.CheckRecord(proof, size, root, index, tlog.RecordHash(entry))
}
