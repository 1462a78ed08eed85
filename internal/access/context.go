package access

import "context"

type actorKey struct{}

// WithActor puts who asks into the context of a request. Only the edges do: services take the actor as an argument.
func WithActor(ctx context.Context, actor Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, actor)
}

// ActorFrom returns who asks; the zero Actor, who may do nothing, when nobody is signed in.
func ActorFrom(ctx context.Context) Actor {
	actor, _ := ctx.Value(actorKey{}).(Actor)
	return actor
}
