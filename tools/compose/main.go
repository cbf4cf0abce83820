// Command compose checks a compose file against the Compose specification and prints it as
// JSON, as it is for one profile: what `docker compose config` does, where there is no Docker.
// It is a module of its own, so that the product does not depend on it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	profile := flag.String("profile", "", "the profile that is switched on; empty: as COMPOSE_PROFILES in .env says")
	dir := flag.String("dir", ".", "folder with docker-compose.yml and, if there is one, .env")
	flag.Parse()
	if err := run(*dir, *profile); err != nil {
		fmt.Fprintln(os.Stderr, "compose:", err)
		os.Exit(1)
	}
}

func run(dir, profile string) error {
	var profiles []string
	if profile != "" {
		profiles = []string{profile}
	}
	// The machine's own environment is left out: the answer depends on the files alone.
	options, err := cli.NewProjectOptions(nil, cli.WithWorkingDirectory(dir), cli.WithEnvFiles(), cli.WithDotEnv,
		cli.WithDefaultConfigPath, cli.WithDefaultProfiles(profiles...))
	if err != nil {
		return err
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return err
	}
	out, err := project.MarshalJSON()
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(append(out, '\n'))
	return err
}
