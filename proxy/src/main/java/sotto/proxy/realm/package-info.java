/** Networks that Sotto has a foot in: outside, inside, and more. Knows nothing of who is there. */
@NullMarked
package sotto.proxy.realm;

import org.jspecify.annotations.NullMarked;
