// checklog VKEY-FILE ENTRY-FILE PROOF-FILE: does golang.org/x/mod say that the entry is in the log of the signed checkpoint?
package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Println("NO:", err)
		os.Exit(1)
	}
	return value
}

func main() {
	vkey := strings.TrimSpace(string(must(os.ReadFile(os.Args[1]))))
	entry := must(os.ReadFile(os.Args[2]))
	head, checkpoint, found := strings.Cut(string(must(os.ReadFile(os.Args[3]))), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || lines[0] != "c2sp.org/tlog-proof@v1" {
		fmt.Println("NO: not a proof")
		os.Exit(1)
	}
	index := must(strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64))
	var proof tlog.RecordProof
	for _, line := range lines[2:] {
		proof = append(proof, must(hash(line)))
	}
	opened := must(note.Open([]byte(checkpoint), note.VerifierList(must(note.NewVerifier(vkey)))))
	body := strings.Split(opened.Text, "\n")
	size := must(strconv.ParseInt(body[1], 10, 64))
	root := must(hash(body[2]))
	must(0, tlog.CheckRecord(proof, size, root, index, tlog.RecordHash(entry)))
	fmt.Println("INCLUDED")
}

func hash(text string) (tlog.Hash, error) {
	var h tlog.Hash
	bytes, err := base64.StdEncoding.DecodeString(text)
	if err == nil && copy(h[:], bytes) != len(h) {
		err = fmt.Errorf("not a hash: %s", text)
	}
	return h, err
}
