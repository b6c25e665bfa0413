@NullMarked
package sotto.media.ice;

import org.jspecify.annotations.NullMarked;
