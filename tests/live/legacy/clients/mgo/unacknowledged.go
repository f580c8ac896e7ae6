package main

import (
	"gopkg.in/mgo.v2"
	"gopkg.in/mgo.v2/bson"
)

var unacknowledgedChecks = []namedCheck{
	{"unacknowledged writes, then getLastError", unacknowledged},
	{"getLastError again, late and elsewhere", lastErrorAgain},
	{"getLastError with a write concern", lastErrorWithConcern},
}

// loose is a session of one socket whose writes are not acknowledged.
func loose(t *target) *mgo.Session {
	session := t.session.Copy()
	session.SetMode(mgo.Strong, true)
	session.SetSafe(nil)
	return session
}

// lastErrorFields are what an application reads. Others are different each time: connectionId, lastOp, times, hosts.
var lastErrorFields = []string{
	"n", "err", "code", "codeName", "updatedExisting", "upserted", "ok", "wtimeout", "errmsg", "badGLE", "nPrev",
}

// told runs a command and keeps those fields of its reply.
func told(db *mgo.Database, command bson.D) interface{} {
	reply := bson.M{}
	err := db.Run(command, &reply)
	kept := bson.M{"failed with": plain(err)}
	for _, field := range lastErrorFields {
		if value, isThere := reply[field]; isThere {
			kept[field] = value
		}
	}
	return kept
}

var getLastError = bson.D{{Name: "getLastError", Value: 1}}

func unacknowledged(t *target) (interface{}, error) {
	session := loose(t)
	defer session.Close()
	c := t.db.C("unacknowledged").With(session)
	saw := []interface{}{}
	step := func(err error) { saw = append(saw, err, told(c.Database, getLastError)) }
	step(c.Insert(bson.M{"_id": 1}))
	step(c.Insert(bson.M{"_id": 1}))
	step(c.Insert(bson.M{"_id": 2}, bson.M{"_id": 1}, bson.M{"_id": 3}))
	step(c.Update(bson.M{"_id": 1}, bson.M{"$set": bson.M{"a": 1}}))
	_, err := c.UpdateAll(bson.M{"_id": bson.M{"$lt": 9}}, bson.M{"$inc": bson.M{"b": 1}})
	step(err)
	step(c.UpdateId(1, bson.M{"$noSuchOperator": 1}))
	_, err = c.UpsertId("upserted", bson.M{"$set": bson.M{"a": 1}})
	step(err)
	step(c.RemoveId(1))
	step(c.RemoveId(1))
	_, err = c.RemoveAll(bson.M{"_id": bson.M{"$gt": 0}})
	step(err)
	return append(saw, listed(c)), nil
}

func lastErrorAgain(t *target) (interface{}, error) {
	session := loose(t)
	defer session.Close()
	c := t.db.C("again").With(session)
	elsewhere := session.DB("torana_mgo_elsewhere")
	c.Insert(bson.M{"_id": 1})
	c.Insert(bson.M{"_id": 1})
	saw := []interface{}{
		told(c.Database, getLastError), told(c.Database, getLastError), told(elsewhere, getLastError),
		c.FindId(1).One(&bson.M{}), told(c.Database, getLastError),
	}
	c.Insert(bson.M{"_id": 1})
	saw = append(saw, session.Ping(), told(c.Database, getLastError))
	c.Insert(bson.M{"_id": 1})
	c.Insert(bson.M{"_id": 2})
	return append(saw, told(c.Database, getLastError)), nil
}

func lastErrorWithConcern(t *target) (interface{}, error) {
	session := loose(t)
	defer session.Close()
	c := t.db.C("concern").With(session)
	concerns := []bson.D{
		{{Name: "w", Value: 1}},
		{{Name: "w", Value: "majority"}, {Name: "wtimeout", Value: 10000}},
		{{Name: "j", Value: true}},
		{{Name: "fsync", Value: true}},
		{{Name: "w", Value: 9}, {Name: "wtimeout", Value: 100}},
		{{Name: "w", Value: "no such mode"}},
	}
	saw := []interface{}{}
	for n, concern := range concerns {
		c.Insert(bson.M{"_id": n})
		saw = append(saw, told(c.Database, append(append(bson.D{}, getLastError...), concern...)))
		c.Insert(bson.M{"_id": n})
		saw = append(saw, told(c.Database, append(append(bson.D{}, getLastError...), concern...)))
	}
	return saw, nil
}
