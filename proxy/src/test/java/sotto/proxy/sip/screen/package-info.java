/** Tests of what stands before the stack's parser. */
@org.jspecify.annotations.NullMarked
package sotto.proxy.sip.screen;
