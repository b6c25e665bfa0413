/** What stands before the stack's parser: bounds, structure, and what becomes of a bad message. */
@NullMarked
package sotto.proxy.sip.screen;

import org.jspecify.annotations.NullMarked;
