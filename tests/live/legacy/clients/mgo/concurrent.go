package main

import (
	"fmt"
	"sync"

	"gopkg.in/mgo.v2"
	"gopkg.in/mgo.v2/bson"
)

var concurrentChecks = []namedCheck{
	{"sockets at once", socketsAtOnce},
	{"sockets at once, unacknowledged", unacknowledgedAtOnce},
}

const (
	sockets = 20
	rounds  = 25
)

// atOnce runs the body for each socket, with a session of its own, and lists what went wrong.
func atOnce(t *target, open func(t *target) *mgo.Session, body func(c *mgo.Collection, number int) error) []string {
	wrong := []string{}
	var mutex sync.Mutex
	var group sync.WaitGroup
	for number := 0; number < sockets; number++ {
		group.Add(1)
		go func(number int) {
			defer group.Done()
			session := open(t)
			defer session.Close()
			if err := body(t.db.C("at_once").With(session), number); err != nil {
				mutex.Lock()
				wrong = append(wrong, err.Error())
				mutex.Unlock()
			}
		}(number)
	}
	group.Wait()
	return wrong
}

func socketsAtOnce(t *target) (interface{}, error) {
	open := func(t *target) *mgo.Session { return t.session.Copy() }
	wrong := atOnce(t, open, func(c *mgo.Collection, number int) error {
		for round := 0; round < rounds; round++ {
			id := number*1000 + round
			if err := c.Insert(bson.M{"_id": id, "number": number}); err != nil {
				return err
			}
			if err := c.Insert(bson.M{"_id": id}); !mgo.IsDup(err) {
				return fmt.Errorf("the duplicate of %d gave %v", id, err)
			}
			info, err := c.UpdateAll(bson.M{"number": number}, bson.M{"$inc": bson.M{"times": 1}})
			if err != nil || info.Updated != round+1 {
				return fmt.Errorf("the update of %d gave %v, %v", id, info, err)
			}
		}
		return nil
	})
	count, err := t.db.C("at_once").Count()
	return []interface{}{wrong, count}, err
}

// unacknowledgedAtOnce checks that what each socket is told belongs to what it wrote.
func unacknowledgedAtOnce(t *target) (interface{}, error) {
	wrong := atOnce(t, loose, func(c *mgo.Collection, number int) error {
		for round := 0; round < rounds; round++ {
			id := fmt.Sprintf("socket %d, round %d", number, round/2)
			if err := c.Insert(bson.M{"_id": id}); err != nil {
				return err
			}
			reply := bson.M{}
			if err := c.Database.Run(getLastError, &reply); err != nil {
				return err
			}
			if isDuplicate := reply["code"] == 11000; isDuplicate != (round%2 == 1) {
				return fmt.Errorf("getLastError after %q in round %d: %v", id, round, reply)
			}
		}
		return nil
	})
	return wrong, nil
}
