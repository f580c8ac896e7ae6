// An unmodified Go driver in replica-set mode that does what each line of its standard input says, and prints the
// outcome as a line of JSON.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
)

const limit = time.Minute

// What the driver has told so far.
type seen struct {
	sync.Mutex
	changed     *sync.Cond
	primary     string
	secondaries []string
	addresses   map[string]bool
	lastFind    string
}

func (s *seen) onTopology(changed *event.TopologyDescriptionChangedEvent) {
	s.Lock()
	defer s.Unlock()
	s.primary, s.secondaries = "", []string{}
	for _, server := range changed.NewDescription.Servers {
		address := string(server.Addr)
		s.addresses[address] = true
		switch server.Kind {
		case "RSPrimary":
			s.primary = address
		case "RSSecondary":
			s.secondaries = append(s.secondaries, address)
		}
	}
	sort.Strings(s.secondaries)
	s.changed.Broadcast()
}

func (s *seen) onCommand(_ context.Context, started *event.CommandStartedEvent) {
	s.Lock()
	defer s.Unlock()
	if started.CommandName == "find" {
		// ConnectionID is host:port[-number].
		s.lastFind, _, _ = strings.Cut(started.ConnectionID, "[")
	}
}

func (s *seen) state() any {
	s.Lock()
	defer s.Unlock()
	var primary any
	if s.primary != "" {
		primary = s.primary
	}
	return map[string]any{"primary": primary, "secondaries": s.secondaries}
}

// Waits until `so` holds.
func (s *seen) until(so func() bool) {
	s.Lock()
	defer s.Unlock()
	for !so() {
		s.changed.Wait()
	}
}

func main() {
	s := &seen{addresses: map[string]bool{}, secondaries: []string{}}
	s.changed = sync.NewCond(&s.Mutex)
	client, err := mongo.Connect(options.Client().ApplyURI(os.Args[1]).
		SetServerMonitor(&event.ServerMonitor{TopologyDescriptionChanged: s.onTopology}).
		SetMonitor(&event.CommandMonitor{Started: s.onCommand}))
	if err != nil {
		panic(err)
	}
	if err := client.Ping(context.Background(), nil); err != nil {
		panic(err)
	}
	tell("connected")
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		command, argument, _ := strings.Cut(strings.TrimSpace(lines.Text()), " ")
		answer, err := do(client, s, command, argument)
		if err != nil {
			answer = map[string]string{"error": err.Error()}
		}
		tell(answer)
	}
	_ = client.Disconnect(context.Background())
}

func do(client *mongo.Client, s *seen, command, argument string) (any, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	writes := client.Database("mirror").Collection("writes")
	switch command {
	case "state":
		return s.state(), nil
	case "addresses":
		s.Lock()
		defer s.Unlock()
		return sorted(s.addresses), nil
	case "otherPrimary":
		s.until(func() bool { return s.primary != "" && s.primary != argument })
		return s.primary, nil
	case "secondaries":
		count, err := strconv.Atoi(argument)
		if err != nil {
			return nil, err
		}
		s.until(func() bool { return len(s.secondaries) == count })
		return s.secondaries, nil
	case "write":
		if _, err := writes.InsertOne(ctx, bson.D{{Key: "_id", Value: argument}}); err != nil {
			return nil, err
		}
		var found map[string]any
		err := writes.FindOne(ctx, bson.D{{Key: "_id", Value: argument}}).Decode(&found)
		return found, err
	case "readsAt":
		mode := readpref.Primary()
		if argument == "secondary" {
			mode = readpref.Secondary()
		}
		preferred := client.Database("mirror").Collection("writes", options.Collection().SetReadPreference(mode))
		found := map[string]bool{}
		for range 20 {
			err := preferred.FindOne(ctx, bson.D{}).Err()
			if err != nil && !errors.Is(err, mongo.ErrNoDocuments) {
				return nil, err
			}
			found[s.lastFind] = true
		}
		return sorted(found), nil
	}
	return nil, fmt.Errorf("no command %q", command)
}

func sorted(set map[string]bool) []string {
	list := []string{}
	for item := range set {
		list = append(list, item)
	}
	sort.Strings(list)
	return list
}

func tell(answer any) {
	line, err := json.Marshal(answer)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(line))
}
