package main

import (
	"time"

	"gopkg.in/mgo.v2"
	"gopkg.in/mgo.v2/bson"
)

var readChecks = []namedCheck{
	{"find with options", findWithOptions},
	{"find one", findOne},
	{"count and distinct", countAndDistinct},
	{"aggregate", aggregate},
	{"map and reduce", mapReduce},
	{"explain", explain},
	{"errors of reads", errorsOfReads},
	{"values of every type", valuesOfEveryType},
	{"reads from secondaries", readsFromSecondaries},
}

func all(query *mgo.Query) interface{} {
	documents := []bson.M{}
	if err := query.All(&documents); err != nil {
		return err
	}
	return documents
}

func findWithOptions(t *target) (interface{}, error) {
	c, err := filled(t, "find", 40)
	if err != nil {
		return nil, err
	}
	if err := c.EnsureIndexKey("group", "_id"); err != nil {
		return nil, err
	}
	inGroup := bson.M{"group": 4}
	return []interface{}{
		all(c.Find(inGroup)),
		all(c.Find(nil).Sort("-_id").Limit(3)),
		all(c.Find(nil).Sort("group", "-_id").Skip(5).Limit(5).Select(bson.M{"_id": 1})),
		all(c.Find(inGroup).Hint("group", "_id").Sort("_id").Select(bson.M{"text": 0})),
		all(c.Find(inGroup).Hint("no", "such", "index")),
		all(c.Find(inGroup).Comment("from a check").SetMaxTime(5 * time.Second)),
		all(c.Find(nil).Sort("_id").Batch(7).Prefetch(0.5)),
		all(c.Find(bson.M{"group": bson.M{"$in": []int{1, 2}}, "_id": bson.M{"$gt": 20}}).Sort("_id")),
		all(c.Find(bson.M{"_id": -1})),
		all(t.db.C("no_such_collection").Find(nil)),
	}, nil
}

func findOne(t *target) (interface{}, error) {
	c, err := filled(t, "find_one", 10)
	if err != nil {
		return nil, err
	}
	document, nobody := bson.M{}, bson.M{}
	return []interface{}{
		c.FindId(3).One(&document), document,
		c.FindId(99).One(&nobody), nobody,
		c.Find(nil).Sort("-_id").Skip(2).Select(bson.M{"_id": 1}).One(&nobody), nobody,
	}, nil
}

func countAndDistinct(t *target) (interface{}, error) {
	c, err := filled(t, "count", 105)
	if err != nil {
		return nil, err
	}
	saw := []interface{}{}
	for _, query := range []*mgo.Query{
		c.Find(nil), c.Find(bson.M{"group": 4}), c.Find(nil).Skip(5).Limit(50), c.Find(bson.M{"group": 77}),
	} {
		count, err := query.Count()
		saw = append(saw, count, err)
	}
	groups := []int{}
	err = c.Find(bson.M{"_id": bson.M{"$lt": 5}}).Distinct("group", &groups)
	return append(saw, groups, err), nil
}

func aggregate(t *target) (interface{}, error) {
	c, err := filled(t, "aggregate", 300)
	if err != nil {
		return nil, err
	}
	sums := []bson.M{}
	err = c.Pipe([]bson.M{
		{"$group": bson.M{"_id": "$group", "sum": bson.M{"$sum": "$_id"}}}, {"$sort": bson.M{"_id": 1}},
	}).All(&sums)
	count := 0
	iter := c.Pipe([]bson.M{{"$match": bson.M{}}}).Batch(20).Iter()
	for document := (bson.M{}); iter.Next(&document); {
		count++
	}
	unknown := c.Pipe([]bson.M{{"$noSuchStage": 1}}).All(&[]bson.M{})
	return []interface{}{sums, err, count, iter.Close(), unknown}, nil
}

func mapReduce(t *target) (interface{}, error) {
	c, err := filled(t, "map_reduce", 20)
	if err != nil {
		return nil, err
	}
	job := &mgo.MapReduce{
		Map:    "function() { emit(this.group, this._id) }",
		Reduce: "function(key, values) { return Array.sum(values) }",
	}
	sums := []bson.M{}
	_, err = c.Find(bson.M{"group": bson.M{"$lt": 3}}).MapReduce(job, &sums)
	job.Out = bson.M{"replace": "map_reduced"}
	_, errOfOut := c.Find(nil).MapReduce(job, nil)
	written, errOfCount := t.db.C("map_reduced").Count()
	return []interface{}{len(sums), err, errOfOut, written, errOfCount}, nil
}

func explain(t *target) (interface{}, error) {
	c, err := filled(t, "explain", 5)
	if err != nil {
		return nil, err
	}
	plan := bson.M{}
	err = c.Find(bson.M{"_id": 1}).Limit(1).Explain(&plan)
	_, isThere := plan["queryPlanner"]
	return []interface{}{err, isThere}, nil
}

func errorsOfReads(t *target) (interface{}, error) {
	c, err := filled(t, "errors_of_reads", 5)
	if err != nil {
		return nil, err
	}
	return []interface{}{
		all(c.Find(bson.M{"$noSuchOperator": 1})),
		all(c.Find(bson.M{"_id": bson.M{"$noSuchOperator": 1}})),
		c.Find(bson.M{"$noSuchOperator": 1}).One(&bson.M{}),
		told(t.db, bson.D{{Name: "noSuchCommand", Value: 1}}),
	}, nil
}

func valuesOfEveryType(t *target) (interface{}, error) {
	c := t.db.C("types")
	id := bson.ObjectIdHex("0123456789abcdef01234567")
	document := bson.D{
		{Name: "_id", Value: id}, {Name: "double", Value: 1.5}, {Name: "text", Value: "Grüße, 世界 🌍"},
		{Name: "nested", Value: bson.M{"deep": []interface{}{1, []int{2}}}}, {Name: "empty", Value: bson.M{}},
		{Name: "none", Value: nil}, {Name: "binary", Value: bson.Binary{Kind: 0x80, Data: []byte{0, 1, 255}}},
		{Name: "yes", Value: true}, {Name: "pattern", Value: bson.RegEx{Pattern: "^a.*z$", Options: "im"}},
		{Name: "date", Value: time.Unix(1600000000, 0)}, {Name: "long", Value: int64(9007199254740993)},
		{Name: "symbol", Value: bson.Symbol("symbol")}, {Name: "code", Value: bson.JavaScript{Code: "f()"}},
		{Name: "time", Value: bson.MongoTimestamp(1<<32 | 1)}, {Name: "least", Value: bson.MinKey},
	}
	if err := c.Insert(document); err != nil {
		return nil, err
	}
	sent, err := bson.Marshal(document)
	if err != nil {
		return nil, err
	}
	raw := bson.Raw{}
	if err := c.FindId(id).One(&raw); err != nil {
		return nil, err
	}
	return string(sent) == string(raw.Data), nil
}

// readsFromSecondaries sets the flag slaveOk; whoever answers has the document, which all three members have.
func readsFromSecondaries(t *target) (interface{}, error) {
	session := t.session.Copy()
	defer session.Close()
	session.SetSafe(&mgo.Safe{W: 3, WTimeout: 20000})
	c := t.db.C("slave_ok").With(session)
	if err := c.Insert(bson.M{"_id": 1}); err != nil {
		return nil, err
	}
	session.SetMode(mgo.Eventual, true)
	saw := []interface{}{}
	for n := 0; n < 5; n++ {
		count, err := c.Count()
		saw = append(saw, all(c.Find(nil)), count, err)
	}
	return saw, nil
}
