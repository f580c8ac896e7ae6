package main

import (
	"time"

	"gopkg.in/mgo.v2"
	"gopkg.in/mgo.v2/bson"
)

var cursorChecks = []namedCheck{
	{"300 documents in batches of 50", batches},
	{"cursors of one session at once", severalCursors},
	{"cursor that is closed early", closedEarly},
	{"tailable cursor on a capped collection", tailable},
	{"large documents", largeDocuments},
}

func count(iter *mgo.Iter) interface{} {
	documents, sum := 0, 0
	for document := (bson.M{}); iter.Next(&document); documents++ {
		sum += document["_id"].(int)
	}
	return []interface{}{documents, sum, iter.Close()}
}

func batches(t *target) (interface{}, error) {
	c, err := filled(t, "batches", 300)
	if err != nil {
		return nil, err
	}
	return []interface{}{
		count(c.Find(nil).Batch(50).Iter()),
		count(c.Find(nil).Batch(50).Prefetch(0).Sort("_id").Iter()),
		count(c.Find(nil).Batch(50).Limit(120).Iter()),
		count(c.Find(nil).Batch(50).Skip(250).Iter()),
		count(c.Find(nil).Iter()),
	}, nil
}

func severalCursors(t *target) (interface{}, error) {
	c, err := filled(t, "several", 100)
	if err != nil {
		return nil, err
	}
	iters := make([]*mgo.Iter, 6)
	for n := range iters {
		iters[n] = c.Find(bson.M{"_id": bson.M{"$gte": n}}).Sort("_id").Batch(9).Iter()
	}
	sums := make([]int, len(iters))
	document := bson.M{}
	for isOpen := true; isOpen; {
		isOpen = false
		for n, iter := range iters {
			if iter.Next(&document) {
				sums[n] += document["_id"].(int)
				isOpen = true
			}
		}
	}
	return sums, nil
}

func closedEarly(t *target) (interface{}, error) {
	c, err := filled(t, "closed_early", 100)
	if err != nil {
		return nil, err
	}
	iter := c.Find(nil).Batch(10).Iter()
	document := bson.M{}
	saw := []interface{}{iter.Next(&document), iter.Next(&document), iter.Close()}
	count, err := c.Count()
	return append(saw, count), err
}

func tailable(t *target) (interface{}, error) {
	c := t.db.C("capped")
	if err := c.Create(&mgo.CollectionInfo{Capped: true, MaxBytes: 65536}); err != nil {
		return nil, err
	}
	if err := c.Insert(bson.M{"_id": 0}, bson.M{"_id": 1}); err != nil {
		return nil, err
	}
	session := t.session.Copy()
	defer session.Close()
	iter := c.With(session).Find(nil).Sort("$natural").Tail(5 * time.Second)
	seen := []int{}
	document := bson.M{}
	next := func() {
		if iter.Next(&document) {
			seen = append(seen, document["_id"].(int))
		}
	}
	next()
	next()
	for n := 2; n < 5; n++ {
		if err := c.Insert(bson.M{"_id": n}); err != nil {
			return nil, err
		}
		next()
	}
	return []interface{}{seen, iter.Err(), iter.Timeout(), iter.Close()}, nil
}

func largeDocuments(t *target) (interface{}, error) {
	c := t.db.C("large")
	text := make([]byte, 3_000_000)
	for n := 0; n < 6; n++ {
		if err := c.Insert(bson.M{"_id": n, "text": text}); err != nil {
			return nil, err
		}
	}
	saw := count(c.Find(nil).Iter())
	return []interface{}{saw, c.Insert(bson.M{"_id": 9, "text": make([]byte, 17_000_000)}) != nil}, c.DropCollection()
}
