package main

import (
	"sort"

	"gopkg.in/mgo.v2"
	"gopkg.in/mgo.v2/bson"
)

var adminChecks = []namedCheck{
	{"indexes", indexes},
	{"names of collections and databases", namesOfAll},
	{"GridFS", gridFS},
	{"commands", commands},
}

func indexes(t *target) (interface{}, error) {
	c, err := filled(t, "indexes", 5)
	if err != nil {
		return nil, err
	}
	saw := []interface{}{
		c.EnsureIndexKey("group", "-text"),
		c.EnsureIndex(mgo.Index{Key: []string{"text"}, Name: "by_text", Background: true, Sparse: true}),
		c.EnsureIndex(mgo.Index{Key: []string{"group"}, Unique: true}),
		c.EnsureIndex(mgo.Index{Key: []string{"twice"}, Unique: true, DropDups: true, Sparse: true}),
		c.DropIndex("no_such_field"),
		c.DropIndex("text"),
		c.DropIndexName("by_text"),
	}
	found, err := c.Indexes()
	for _, index := range found {
		saw = append(saw, bson.M{"key": index.Key, "name": index.Name, "unique": index.Unique, "sparse": index.Sparse})
	}
	return saw, err
}

func namesOfAll(t *target) (interface{}, error) {
	session := t.session
	db := session.DB("torana_mgo_names")
	for _, name := range []string{"one", "two", "three"} {
		if err := db.C(name).Insert(bson.M{"_id": 1}); err != nil {
			return nil, err
		}
	}
	collections, err := db.CollectionNames()
	if err != nil {
		return nil, err
	}
	databases, err := session.DatabaseNames()
	if err != nil {
		return nil, err
	}
	sort.Strings(databases)
	at := sort.SearchStrings(databases, db.Name)
	isThere := at < len(databases) && databases[at] == db.Name
	saw := []interface{}{collections, isThere, db.C("two").DropCollection(), db.C("two").DropCollection()}
	collections, err = db.CollectionNames()
	return append(saw, collections, db.DropDatabase()), err
}

func gridFS(t *target) (interface{}, error) {
	fs := t.db.GridFS("fs")
	file, err := fs.Create("letter.txt")
	if err != nil {
		return nil, err
	}
	file.SetChunkSize(1000)
	file.SetMeta(bson.M{"from": "a check"})
	content := make([]byte, 25_500)
	for n := range content {
		content[n] = byte(n % 251)
	}
	if _, err := file.Write(content); err != nil {
		return nil, err
	}
	if err := file.Close(); err != nil {
		return nil, err
	}
	opened, err := fs.Open("letter.txt")
	if err != nil {
		return nil, err
	}
	read := make([]byte, 0, len(content))
	buffer := make([]byte, 4096)
	for n := 1; n > 0; {
		n, _ = opened.Read(buffer)
		read = append(read, buffer[:n]...)
	}
	meta := bson.M{}
	saw := []interface{}{
		opened.Size(), opened.MD5(), string(read) == string(content), opened.GetMeta(&meta), meta, opened.Close(),
	}
	_, err = fs.Open("no_such_file")
	saw = append(saw, err, fs.Remove("letter.txt"))
	chunks, err := fs.Chunks.Count()
	return append(saw, chunks), err
}

func commands(t *target) (interface{}, error) {
	info, err := t.session.BuildInfo()
	if err != nil {
		return nil, err
	}
	stats := bson.M{}
	err = t.db.Run("dbStats", &stats)
	return []interface{}{
		t.session.Ping(), info.Version != "", err, stats["db"], t.session.Fsync(false),
		t.db.Run(bson.D{{Name: "collStats", Value: "no_such_collection"}}, &bson.M{}),
		t.db.C("renamed").Insert(bson.M{"_id": 1}),
		t.session.Run(bson.D{
			{Name: "renameCollection", Value: t.db.Name + ".renamed"}, {Name: "to", Value: t.db.Name + ".renamed_again"},
		}, &bson.M{}),
		listed(t.db.C("renamed_again")),
	}, nil
}
