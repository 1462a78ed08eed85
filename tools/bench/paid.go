package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/app"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/period"
)

// paidFile is where a walk leaves what its pay file pays, in the form of W1's payouts.csv.
const paidFile = "paid.csv"

// writePaid reads the closed month's pay file and writes it in the form that the engines of W1 write.
func writePaid(ctx context.Context, a *app.App, dir string, month calendar.Month) error {
	file, err := a.Periods.PayFile(ctx, access.SystemActor("bench"), month, period.FormatCSV)
	if err != nil {
		return err
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file.Content, []byte("\ufeff")))).ReadAll()
	if err != nil {
		return err
	}
	text, err := payouts(rows)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, paidFile), text, 0o600)
}

// payouts adds up a pay file by payee and component: a head, whose columns between the payee's and the total end in PLAN/COMPONENT, the
// payees in the order of their keys, and a last row of totals.
func payouts(rows [][]string) ([]byte, error) {
	const before = 3 // key, name, team
	if len(rows) < 2 {
		return nil, errors.New("the pay file is empty")
	}
	var b bytes.Buffer
	b.WriteString("payee,component,amount_fen\n")
	for _, row := range rows[1 : len(rows)-1] {
		sums := map[string]int64{}
		for i, text := range row[before : len(row)-1] {
			fen, err := strconv.ParseInt(strings.Replace(text, ".", "", 1), 10, 64) // yuan with two decimals
			if err != nil {
				return nil, err
			}
			title := rows[0][before+i]
			sums[title[strings.LastIndex(title, "/")+1:]] += fen
		}
		for _, component := range slices.Sorted(maps.Keys(sums)) {
			if sums[component] != 0 {
				fmt.Fprintf(&b, "%s,%s,%d\n", row[0], component, sums[component])
			}
		}
	}
	return b.Bytes(), nil
}

// checkPaid wants the product to have paid what the engines wrote beside the data.
func checkPaid(dir, data string) error {
	paid, err := os.ReadFile(filepath.Join(dir, paidFile))
	if err != nil {
		return err
	}
	want, err := os.ReadFile(filepath.Join(data, payoutsFile))
	if err != nil {
		return err
	}
	if !bytes.Equal(paid, withoutQuotes(want)) {
		return errors.New("the product pays something else than xiaoguan calc")
	}
	return nil
}
