package main

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"gopkg.in/mgo.v2"
	"gopkg.in/mgo.v2/bson"
)

// check is one thing that an application does with its driver; it returns what it saw.
type check func(t *target) (interface{}, error)

type namedCheck struct {
	name string
	run  check
}

// outcome has a result, or a failure where the check did not come to its end.
type outcome map[string]interface{}

func allChecks() []namedCheck {
	groups := [][]namedCheck{writeChecks, unacknowledgedChecks, readChecks, cursorChecks, adminChecks, concurrentChecks}
	all := []namedCheck{}
	for _, group := range groups {
		all = append(all, group...)
	}
	return all
}

func runChecks(t *target, only names) map[string]outcome {
	outcomes := map[string]outcome{}
	for _, each := range allChecks() {
		if len(only) > 0 && !contains(only, each.name) {
			continue
		}
		start := time.Now()
		outcomes[each.name] = outcomeOf(each.run, t)
		fmt.Fprintln(os.Stderr, each.name, time.Since(start), outcomes[each.name]["failure"])
		// A check that failed may have left a broken socket behind.
		t.session.Refresh()
	}
	return outcomes
}

func outcomeOf(run check, t *target) (ended outcome) {
	defer func() {
		if thrown := recover(); thrown != nil {
			ended = outcome{"failure": fmt.Sprint(thrown)}
		}
	}()
	result, err := run(t)
	if err != nil {
		return outcome{"failure": err.Error()}
	}
	return outcome{"result": plain(result)}
}

func contains(list []string, name string) bool {
	for _, each := range list {
		if each == name {
			return true
		}
	}
	return false
}

func printReport(outcomes map[string]outcome) {
	text, err := json.MarshalIndent(map[string]interface{}{"client": version, "checks": outcomes}, "", " ")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(string(text))
}

// plain makes JSON values of what the driver gives: BSON types named, errors as what an application can see of them.
func plain(value interface{}) interface{} {
	switch value := value.(type) {
	case error:
		return plainError(value)
	case *mgo.ChangeInfo:
		if value == nil {
			return nil
		}
		return bson.M{
			"updated": value.Updated, "removed": value.Removed, "matched": value.Matched,
			"upserted": plain(value.UpsertedId),
		}
	case bson.ObjectId:
		return "ObjectId"
	case bson.MongoTimestamp:
		return "Timestamp"
	case time.Time:
		return "Date"
	case []byte:
		return fmt.Sprintf("%d bytes", len(value))
	case bson.M:
		return plainMap(value)
	case []bson.M:
		return plainList(len(value), func(i int) interface{} { return value[i] })
	case []interface{}:
		return plainList(len(value), func(i int) interface{} { return value[i] })
	default:
		return value
	}
}

func plainMap(document bson.M) bson.M {
	copied := bson.M{}
	for key, value := range document {
		copied[key] = plain(value)
	}
	return copied
}

func plainList(length int, at func(int) interface{}) []interface{} {
	copied := make([]interface{}, length)
	for i := range copied {
		copied[i] = plain(at(i))
	}
	return copied
}

func plainError(err error) interface{} {
	switch err := err.(type) {
	case *mgo.LastError:
		return bson.M{
			"err": err.Err, "code": err.Code, "n": err.N, "wtimeout": err.WTimeout,
			"updatedExisting": err.UpdatedExisting, "upserted": plain(err.UpsertedId), "isDup": mgo.IsDup(err),
		}
	case *mgo.QueryError:
		return bson.M{"message": err.Message, "code": err.Code, "assertion": err.Assertion}
	case *mgo.BulkError:
		return bson.M{"cases": plainCases(err.Cases()), "isDup": mgo.IsDup(err)}
	default:
		return err.Error()
	}
}

func plainCases(cases []mgo.BulkErrorCase) []interface{} {
	return plainList(len(cases), func(i int) interface{} {
		return bson.M{"index": cases[i].Index, "error": plain(cases[i].Err)}
	})
}
