/** Leaf: what calls run on, one step after the other, now or later. */
@org.jspecify.annotations.NullMarked
package sotto.proxy.threads;
