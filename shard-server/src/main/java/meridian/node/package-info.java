/// What a node is: inputs in, effects out. Pure.
package meridian.node;
