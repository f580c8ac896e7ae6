// Command mgo drives one MongoDB endpoint with an unmodified mgo.v2 and prints what it saw as one JSON document.
//
//	mgo mongodb://127.0.0.1:27017/ --only="find" --only="cursors"
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"gopkg.in/mgo.v2"
)

// version is what go.mod names.
const version = "mgo 2016.08.01"

// target is what every check is given.
type target struct {
	session *mgo.Session
	db      *mgo.Database
}

// names collects a flag that is given several times.
type names []string

func (n *names) String() string { return strings.Join(*n, ",") }

func (n *names) Set(name string) error {
	*n = append(*n, name)
	return nil
}

func main() {
	database, only, uri := arguments()
	session, err := mgo.DialWithTimeout(uri, 10*time.Second)
	if err != nil {
		fmt.Fprintln(os.Stderr, "dial:", err)
		os.Exit(1)
	}
	defer session.Close()
	session.SetSocketTimeout(20 * time.Second)
	session.SetSafe(&mgo.Safe{})
	db := session.DB(database)
	db.DropDatabase()
	outcomes := runChecks(&target{session, db}, only)
	db.DropDatabase()
	printReport(outcomes)
}

// arguments reads the command line; flags may follow the URI. The address is that of one server, unless the URI names a
// replica set.
func arguments() (database string, only names, uri string) {
	flag.StringVar(&database, "database", "torana_mgo", "what the checks write to, dropped before and after")
	flag.Var(&only, "only", "name of a check to run, instead of all")
	args := os.Args[1:]
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		fmt.Fprintln(os.Stderr, "usage: mgo URI [flags]")
		os.Exit(2)
	}
	flag.CommandLine.Parse(args[1:])
	if strings.Contains(args[0], "replicaSet=") {
		return database, only, args[0]
	}
	address := strings.SplitN(strings.TrimPrefix(args[0], "mongodb://"), "/", 2)[0]
	return database, only, address + "/?connect=direct"
}
